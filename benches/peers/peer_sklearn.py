"""scikit-learn: TF-IDF of words and characters, logistic regression."""

import sklearn
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline, make_union

from common import LABELS, benchmark_scores, corpus, one_core, save, timed, timed_texts


def pipeline():
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, min_df=2)
    return make_pipeline(make_union(words, characters), LogisticRegression(C=3.0, max_iter=1000))


def cross_validated(texts, labels, groups):
    """What `stance train` does with two folds: a fit without each, scores of the held-out rows, and a fit on all."""
    cross_val_predict(pipeline(), texts, labels, groups=groups, cv=GroupKFold(2), method="predict_proba")
    return pipeline().fit(texts, labels)


def main():
    one_core()
    train = corpus()
    texts, labels = [row["text"] for row in train], [row["label"] for row in train]
    training, model = timed(lambda: pipeline().fit(texts, labels), repeats=1)
    groups = [row["group"] for row in train]
    validated, _ = timed(lambda: cross_validated(texts, labels, groups), repeats=1)
    order = [list(model.classes_).index(label) for label in LABELS]

    def predict(rows):
        return model.predict_proba([row["text"] for row in rows])[:, order].tolist()

    many = timed_texts()
    speed, answers = timed(lambda: model.predict(many))
    assert len(answers) == len(many)
    save("scikit-learn", {
        "version": sklearn.__version__,
        "settings": "TF-IDF of words 1-2 and char_wb 3-5 (sublinear, min_df 2), logistic regression, C = 3",
        "features": model[-1].n_features_in_,
        "train": {"one fit": training, "two folds and one fit": validated},
        "predict": {"batch in process": speed},
        "scores": {"text alone": benchmark_scores(predict)},
    })


if __name__ == "__main__":
    main()
