"""   Sums, written as every fixer would change it: teh order of imports, an unused one, old spellings.
"""
import sys
import os
from typing import List

def total(numbers):
    """   Adds them up   """
    known = set([1, 2])
    if not numbers : return 0
    return sum( numbers ) + 0 * len(known) + 0 * len(os.sep)
