"""Follow the Slope: what the course consists of. Each module here holds some of its exercises."""

from pathlib import Path

from ..course import Course

HOME = Path(__file__).resolve().parents[2]
INSTALLED = HOME / "follow_the_slope" / "notebooks"  # where a wheel has them

course = Course(
    name="follow-the-slope",
    exercises="autograder.exercises",
    solutions="solutions",
    notebooks=INSTALLED if INSTALLED.is_dir() else HOME / "notebooks",
    parts={
        "start_here": ("start_here",),
        "gradient_descent": ("gradient_descent",),
        "logistic_regression": ("logistic_regression",),
        "regularization": ("regularization",),
        "softmax_svm": ("softmax_svm", "linear_classifiers"),
        "word2vec": ("word2vec", "cbow", "counting", "embeddings"),
    },
    support=("backend", "datasets", "corpora", "acceleration", "vector_files", "spans", "hogwild"),
    preload=("solutions.backend",),
    beside=(HOME / "course_style.py",),
    callbacks="autograder.exercises.callbacks",
    rules="autograder.exercises.rules",
)
