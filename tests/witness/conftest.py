"""What the witness's tests share: the folder's own claims, importable."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
