"""The program."""

from demo.sums import total


def main():
    """Prints a sum."""
    print(total([1, 2]))


if __name__ == "__main__":
    main()
