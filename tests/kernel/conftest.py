"""What the kernel's tests share: the folder's own random terms and their numbers, importable."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
