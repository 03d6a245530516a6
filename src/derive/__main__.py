"""python -m derive"""

import os
import sys

# `-m` puts the current folder first on the path: there a page named flint.py or random.py would run in this process, and in every
# worker, in the place of that module. Only where derive itself lies there is the folder kept.
if not sys.flags.safe_path and not os.path.isdir(os.path.join(sys.path[0], __package__)):
    del sys.path[0]
    os.environ["PYTHONSAFEPATH"] = "1"

from derive.cli import main

if __name__ == "__main__":
    main()
