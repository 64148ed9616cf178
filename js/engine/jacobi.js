/**
 * Singular vectors of a small matrix by one-sided Jacobi rotations, which find weak directions to high relative
 * accuracy. Source: J. Demmel, K. Veselić (1992), SIAM J. Matrix Anal. Appl. 13(4), 1204–1245.
 */

const SWEEPS = 40;
const CLOSE = 2 ** -52;

/**
 * Rotate the vectors among each other, in place, until each two are orthogonal: they are then the singular vectors
 * times the singular values. The longest come first.
 *
 * @param {Float64Array[]} vectors r vectors of length k ≥ r
 */
export function orthogonalise(vectors) {
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    vectors.sort((u, v) => dot(v, v) - dot(u, u));
    if (!swept(vectors)) return vectors;
  }
  return vectors;
}

/** Unit vectors that, with the r orthonormal ones given, make a basis of all k dimensions. */
export function completed(unit, k) {
  const basis = [...unit];
  while (basis.length < k) {
    const candidates = Array.from({ length: k }, (_, i) => leftOf(basis, i, k));
    basis.push(normalised(candidates.reduce((best, each) => (dot(each, each) > dot(best, best) ? each : best))));
  }
  return basis.slice(unit.length);
}

/** @returns {Float64Array} the vector of length 1 in the same direction */
export function normalised(vector) {
  const length = Math.sqrt(dot(vector, vector));
  return vector.map((value) => value / length);
}

export function dot(u, v) {
  let total = 0;
  for (let i = 0; i < u.length; i += 1) total += u[i] * v[i];
  return total;
}

/** One rotation for each two vectors that are not yet orthogonal; whether there was any. */
function swept(vectors) {
  let rotated = false;
  const squares = vectors.map((v) => dot(v, v));
  for (let a = 0; a < vectors.length; a += 1) {
    for (let b = a + 1; b < vectors.length; b += 1) {
      const between = dot(vectors[a], vectors[b]);
      if (!(Math.abs(between) > CLOSE * Math.sqrt(squares[a]) * Math.sqrt(squares[b]))) continue;
      rotated = true;
      const t = tangent((squares[b] - squares[a]) / (2 * between));
      rotate(vectors[a], vectors[b], t);
      squares[a] -= t * between;
      squares[b] += t * between;
    }
  }
  return rotated;
}

function tangent(cotangent) {
  return (cotangent < 0 ? -1 : 1) / (Math.abs(cotangent) + Math.hypot(1, cotangent));
}

function rotate(u, v, t) {
  const cosine = 1 / Math.hypot(1, t);
  const sine = cosine * t;
  for (let i = 0; i < u.length; i += 1) {
    const x = u[i];
    const y = v[i];
    u[i] = cosine * x - sine * y;
    v[i] = sine * x + cosine * y;
  }
}

/** The i-th unit vector without its part along the basis; twice, since once leaves what rounding left. */
function leftOf(basis, i, k) {
  const vector = new Float64Array(k);
  vector[i] = 1;
  for (let pass = 0; pass < 2; pass += 1) {
    for (const unit of basis) {
      const part = dot(unit, vector);
      unit.forEach((value, j) => {
        vector[j] -= part * value;
      });
    }
  }
  return vector;
}
