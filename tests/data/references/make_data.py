"""Writes the data that R and the tests both read, from seeds alone.

    python -m tests.data.references.make_data

Then `Rscript stability.R`, `latent_classes.R` and `intervals.R` in this folder write the figures.
"""

from pathlib import Path

import numpy as np

HERE = Path(__file__).parent


def overlapping_groups() -> np.ndarray:
    """120 points in 8 dimensions: four groups that overlap, of 42, 33, 25 and 20."""
    rng = np.random.default_rng(2007)
    centre = np.zeros((4, 8))
    centre[1, :3] = 2.4
    centre[2, 2:6] = -2.0
    centre[3, 5:] = 2.2
    group = np.repeat(np.arange(4), (42, 33, 25, 20))
    return (centre[group] + rng.normal(0, 1.0, (120, 8))).round(4)


def yes_and_no() -> np.ndarray:
    """500 answers to 8 questions: three classes."""
    rng = np.random.default_rng(1968)
    rate = np.array(
        [
            [0.9, 0.8, 0.85, 0.7, 0.2, 0.1, 0.15, 0.3],
            [0.2, 0.15, 0.3, 0.2, 0.85, 0.75, 0.8, 0.6],
            [0.6, 0.1, 0.7, 0.1, 0.6, 0.1, 0.7, 0.1],
        ]
    )
    group = rng.choice(3, 500, p=[0.45, 0.35, 0.2])
    return (rng.random((500, 8)) < rate[group]).astype(int)


def main() -> None:
    np.savetxt(HERE / "overlapping_groups.csv", overlapping_groups(), delimiter=",", fmt="%.4f")
    np.savetxt(HERE / "yes_and_no.csv", yes_and_no(), delimiter=",", fmt="%d")


if __name__ == "__main__":
    main()
