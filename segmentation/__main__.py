"""`python -m segmentation`"""

from segmentation.cli import main

main()
