"""What shows frameworks and controls beside each other: the wall, the crosswalk, coverage, starters."""
