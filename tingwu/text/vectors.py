"""Sentences as vectors: tf-idf, and latent semantic analysis of it, with numpy alone.

LSA: Deerwester et al. 1990, here through the eigenvectors of the terms' Gram matrix, which is small because only the
most frequent terms take part. Deterministic: signs of eigenvectors cancel in every product that is used.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]

MAX_TERMS = 1500
"""Terms that vectors know: the most frequent ones that occur in two sentences at least."""
LSA_DIMENSIONS = 60


@dataclass(frozen=True, kw_only=True)
class Vectors:
    """`terms[i]` are the content terms of sentence i; `idf` knows every term of the recording."""

    terms: tuple[tuple[str, ...], ...]
    idf: Mapping[str, float]

    @cached_property
    def tfidf(self) -> Matrix:
        """Shape `(sentences, terms)`, rows of length 1 or 0."""
        counts = Counter(term for terms in self.terms for term in set(terms))
        known = sorted((term for term, count in counts.items() if count > 1), key=lambda term: (-counts[term], term))
        column = {term: index for index, term in enumerate(known[:MAX_TERMS])}
        matrix = np.zeros((len(self.terms), max(1, len(column))), dtype=np.float32)
        for row, terms in enumerate(self.terms):
            for term in terms:
                if term in column:
                    matrix[row, column[term]] += self.idf[term]
        return _unit_rows(matrix)

    @cached_property
    def lsa(self) -> Matrix:
        """Shape `(sentences, <= LSA_DIMENSIONS)`: rows whose products compare meaning more loosely than words do."""
        matrix = self.tfidf
        values, vectors = np.linalg.eigh((matrix.T @ matrix).astype(np.float64))
        keep = [index for index in np.argsort(values)[::-1][:LSA_DIMENSIONS] if values[index] > 1e-6]
        if not keep:
            return np.zeros((len(self.terms), 1), dtype=np.float32)
        return (matrix @ vectors[:, keep].astype(np.float32)).astype(np.float32)


def vectors_of(terms: Sequence[Sequence[str]]) -> Vectors:
    """Vectors of sentences given as lists of terms."""
    counts = Counter(term for sentence in terms for term in set(sentence))
    total = len(terms)
    idf = {term: math.log((total + 1) / (count + 0.5)) + 0.1 for term, count in counts.items()}
    return Vectors(terms=tuple(tuple(sentence) for sentence in terms), idf=idf)


def window_sums(rows: Matrix, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> Matrix:
    """Sum of the rows in each `[start, end)`."""
    summed = np.vstack([np.zeros((1, rows.shape[1]), dtype=np.float64), np.cumsum(rows, axis=0, dtype=np.float64)])
    return (summed[ends] - summed[starts]).astype(np.float32)


def cosines(left: Matrix, right: Matrix) -> NDArray[np.float64]:
    """Cosine of each pair of rows; 0 where one of them is empty."""
    products = np.einsum("ij,ij->i", left, right, dtype=np.float64)
    lengths = np.linalg.norm(left, axis=1) * np.linalg.norm(right, axis=1)
    return products / np.where(lengths > 0, lengths, 1.0)


def z_scores(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Centred on 0 with deviation 1; zeros where all values are equal."""
    deviation = float(values.std()) if values.size else 0.0
    return (values - values.mean()) / deviation if deviation > 1e-9 else np.zeros_like(values)


def _unit_rows(matrix: Matrix) -> Matrix:
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    return (matrix / np.where(lengths > 0, lengths, 1.0)).astype(np.float32)
