use std::cell::{Cell, RefCell};
use std::fmt;

use argmin::core::{CostFunction, Error, Gradient, IterState, Problem, Solver, State as _};
use argmin::solver::linesearch::MoreThuenteLineSearch;
use argmin::solver::quasinewton::LBFGS;
use serde::Serialize;

use crate::vector::Vector;

/// A relative decrease below this is rounding: 64 units in the last place, as in scikit-learn.
const FLAT: f64 = 64.0 * f64::EPSILON;

/// Evaluations after which a line search has failed; it takes one or two as a rule.
const EVALUATIONS_PER_SEARCH: usize = 50;

/// A smooth function to minimize.
pub(crate) trait Objective {
    /// Returns value and gradient at `point`.
    fn evaluate(&self, point: &[f64]) -> (f64, Vec<f64>);
}

/// When to stop, and how much to remember.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Limits {
    /// Stop when no element of the gradient is larger.
    pub(crate) tolerance: f64,
    /// Stop after so many iterations.
    pub(crate) iterations: usize,
    /// Number of past steps that the curvature is estimated from.
    pub(crate) memory: usize,
}

/// How a fit ended.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Convergence {
    /// Why it stopped.
    pub outcome: Outcome,
    /// L-BFGS iterations done.
    pub iterations: usize,
    /// Passes over the rows.
    pub evaluations: usize,
    /// The largest absolute element of the gradient of the mean loss.
    pub gradient_max: f64,
    /// The mean loss with its penalty, in nats.
    pub objective: f64,
}

/// Why a fit stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Outcome {
    /// The gradient is within the tolerance.
    Tolerance,
    /// The objective no longer falls by more than rounding.
    Flat,
    /// Iterations ran out: not converged.
    IterationLimit,
    /// No better point was found along the last direction: not converged.
    LineSearch,
}

impl Convergence {
    /// Whether the solver found the optimum, within its tolerance or within rounding.
    #[must_use]
    pub fn is_converged(&self) -> bool {
        matches!(self.outcome, Outcome::Tolerance | Outcome::Flat)
    }
}

impl fmt::Display for Convergence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let outcome = match self.outcome {
            Outcome::Tolerance => "gradient within tolerance",
            Outcome::Flat => "objective flat",
            Outcome::IterationLimit => "iterations ran out",
            Outcome::LineSearch => "line search failed",
        };
        let Self { iterations, evaluations, gradient_max, objective, .. } = self;
        write!(
            f,
            "{outcome} after {iterations} iterations and {evaluations} evaluations, \
             largest gradient {gradient_max:.3e}, objective {objective:.6}"
        )
    }
}

/// Minimizes `objective` from `start` by L-BFGS with Moré and Thuente's line search.
pub(crate) fn minimize(
    objective: &impl Objective,
    start: Vec<f64>,
    limits: Limits,
) -> (Vec<f64>, Convergence) {
    let cached = Cached::new(objective);
    let mut solver: LBFGS<_, Vector, Vector, f64> =
        LBFGS::new(MoreThuenteLineSearch::new(), limits.memory);
    let mut at = cached.evaluate(&Vector::new(start));
    let mut iterations = 0;
    // argmin's own stopping rules know neither the largest gradient nor a relative decrease
    let outcome = loop {
        if at.gradient.max_norm() <= limits.tolerance {
            break Outcome::Tolerance;
        }
        if iterations == limits.iterations {
            break Outcome::IterationLimit;
        }
        cached.allow(EVALUATIONS_PER_SEARCH);
        let Some(next) = step(&mut solver, &cached, &at, iterations) else {
            break Outcome::LineSearch;
        };
        iterations += 1;
        let scale = at.cost.abs().max(next.cost.abs()).max(1.0);
        let fall = (at.cost - next.cost) / scale;
        if fall < -FLAT {
            break Outcome::LineSearch;
        }
        at = next;
        if fall <= FLAT && at.gradient.max_norm() > limits.tolerance {
            break Outcome::Flat;
        }
    };
    let convergence = Convergence {
        outcome,
        iterations,
        evaluations: cached.evaluations.get(),
        gradient_max: at.gradient.max_norm(),
        objective: at.cost,
    };
    (at.point.values().into_owned(), convergence)
}

/// One iteration of `solver`, or `None` when its line search fails.
fn step<T: Objective>(
    solver: &mut LBFGS<MoreThuenteLineSearch<Vector, Vector, f64>, Vector, Vector, f64>,
    cached: &Cached<'_, T>,
    at: &Evaluated,
    iteration: usize,
) -> Option<Evaluated> {
    let mut state =
        IterState::new().param(at.point.clone()).gradient(at.gradient.clone()).cost(at.cost);
    // argmin forgets its oldest step by the number of the iteration
    for _ in 0..iteration {
        state.increment_iter();
    }
    let (mut state, _) = solver.next_iter(&mut Problem::new(cached), state).ok()?;
    let next = Evaluated {
        point: state.take_param()?,
        cost: state.get_cost(),
        gradient: state.take_gradient()?,
    };
    (next.cost.is_finite() && !state.terminated()).then_some(next)
}

/// A point with its value and gradient.
#[derive(Clone, Debug)]
struct Evaluated {
    point: Vector,
    cost: f64,
    gradient: Vector,
}

/// An objective that remembers the last point, because argmin asks for value and gradient apart.
struct Cached<'a, T> {
    objective: &'a T,
    last: RefCell<Option<Evaluated>>,
    evaluations: Cell<usize>,
    allowed: Cell<usize>,
}

impl<'a, T: Objective> Cached<'a, T> {
    fn new(objective: &'a T) -> Self {
        let (evaluations, allowed) = (Cell::new(0), Cell::new(usize::MAX));
        Self { objective, last: RefCell::new(None), evaluations, allowed }
    }

    /// Lets `more` evaluations succeed from here on.
    fn allow(&self, more: usize) {
        self.allowed.set(self.evaluations.get() + more);
    }

    fn evaluate(&self, point: &Vector) -> Evaluated {
        let mut last = self.last.borrow_mut();
        if let Some(known) = last.as_ref().filter(|known| known.point.is_same(point)) {
            return known.clone();
        }
        self.evaluations.set(self.evaluations.get() + 1);
        let values = point.values();
        let (cost, gradient) = self.objective.evaluate(&values);
        let evaluated = Evaluated { point: point.clone(), cost, gradient: Vector::new(gradient) };
        last.insert(evaluated).clone()
    }

    fn limited(&self, point: &Vector) -> Result<Evaluated, Error> {
        let evaluated = self.evaluate(point);
        if self.evaluations.get() > self.allowed.get() || evaluated.cost.is_nan() {
            return Err(Error::msg("no better point along the search direction"));
        }
        Ok(evaluated)
    }
}

impl<T: Objective> CostFunction for &Cached<'_, T> {
    type Param = Vector;
    type Output = f64;

    fn cost(&self, point: &Vector) -> Result<f64, Error> {
        Ok(self.limited(point)?.cost)
    }
}

impl<T: Objective> Gradient for &Cached<'_, T> {
    type Param = Vector;
    type Gradient = Vector;

    fn gradient(&self, point: &Vector) -> Result<Vector, Error> {
        Ok(self.limited(point)?.gradient)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { tolerance: 1e-8, iterations: 200, memory: 5 };

    /// Rosenbrock's valley, its minimum 0 at (1, 1).
    struct Valley;

    impl Objective for Valley {
        fn evaluate(&self, point: &[f64]) -> (f64, Vec<f64>) {
            let (x, y) = (point[0], point[1]);
            let bend = y - x * x;
            let cost = (1.0 - x).powi(2) + 100.0 * bend * bend;
            (cost, vec![-2.0 * (1.0 - x) - 400.0 * x * bend, 200.0 * bend])
        }
    }

    /// A slope without an end.
    struct Slope;

    impl Objective for Slope {
        fn evaluate(&self, point: &[f64]) -> (f64, Vec<f64>) {
            (-point[0], vec![-1.0])
        }
    }

    #[test]
    fn the_minimum_of_a_curved_valley_is_found() {
        let (point, convergence) = minimize(&Valley, vec![-1.2, 1.0], LIMITS);
        assert!(convergence.is_converged(), "{convergence}");
        assert!(point.iter().all(|x| (x - 1.0).abs() < 1e-6), "{point:?}");
        assert!(convergence.evaluations < 2 * convergence.iterations, "{convergence}");
    }

    #[test]
    fn iterations_that_run_out_are_told() {
        let limits = Limits { iterations: 3, ..LIMITS };
        let (_, convergence) = minimize(&Valley, vec![-1.2, 1.0], limits);
        assert_eq!((convergence.outcome, convergence.iterations), (Outcome::IterationLimit, 3));
        assert!(!convergence.is_converged());
    }

    #[test]
    fn a_start_at_the_minimum_stays_there() {
        let (point, convergence) = minimize(&Valley, vec![1.0, 1.0], LIMITS);
        assert_eq!((point, convergence.iterations), (vec![1.0, 1.0], 0));
        assert_eq!(convergence.outcome, Outcome::Tolerance);
    }

    #[test]
    fn a_function_without_minimum_ends_and_does_not_claim_success() {
        let (_, convergence) = minimize(&Slope, vec![0.0], LIMITS);
        assert!(!convergence.is_converged(), "{convergence}");
    }
}
