//! What answering costs: statements a second, CPU time, memory, size.

use std::time::Instant;

use anyhow::Result;
use serde::{Deserialize, Serialize};
use stance_core::Statement;

/// Statements that speed is measured on at most.
const MOST: usize = 2000;
/// Runs over them at least, after one to warm up.
const RUNS: usize = 5;
/// Seconds that the runs take at least together, so that a short one is repeated.
const LEAST_SECONDS: f64 = 0.2;
/// Runs at most.
const MOST_RUNS: usize = 200;

/// What a contender costs; nothing where it was not measured.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Cost {
    /// CPU seconds of training over all parts, all threads.
    pub(super) training_cpu_seconds: Option<f64>,
    /// Seconds from the folder, or from what is embedded, to a model that answers.
    pub(super) load_seconds: Option<f64>,
    /// Size of the model's files, or of its weights where it was not saved.
    pub(super) bytes: Option<u64>,
    /// How fast it answers.
    pub(super) speed: Option<Speed>,
}

/// Statements that one thread answers a second, their names having been found before.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Speed {
    pub(super) median: f64,
    pub(super) slowest: f64,
    pub(super) fastest: f64,
    pub(super) runs: usize,
    /// Statements of one run.
    pub(super) statements: usize,
}

impl Speed {
    /// Times `answer` on statements: one run to warm up, then several.
    #[expect(clippy::cast_precision_loss, reason = "counts of statements")]
    pub(super) fn measure(
        statements: &[Statement],
        mut answer: impl FnMut(&[Statement]) -> Result<()>,
    ) -> Result<Self> {
        let statements = &statements[..statements.len().min(MOST)];
        answer(statements)?;
        let (mut rates, start) = (Vec::new(), Instant::now());
        while rates.len() < RUNS
            || (start.elapsed().as_secs_f64() < LEAST_SECONDS && rates.len() < MOST_RUNS)
        {
            let run = Instant::now();
            answer(statements)?;
            rates.push(statements.len() as f64 / run.elapsed().as_secs_f64().max(1e-9));
        }
        rates.sort_by(f64::total_cmp);
        Ok(Self {
            median: rates[rates.len() / 2],
            slowest: rates[0],
            fastest: rates[rates.len() - 1],
            runs: rates.len(),
            statements: statements.len(),
        })
    }
}

/// The CPU time of this process from some moment on.
pub(super) struct CpuClock(Option<f64>);

impl CpuClock {
    pub(super) fn start() -> Self {
        Self(cpu_seconds())
    }

    /// CPU seconds of all threads since; none where the system does not tell.
    pub(super) fn seconds(&self) -> Option<f64> {
        Some(cpu_seconds()? - self.0?)
    }
}

#[cfg(unix)]
#[expect(clippy::cast_precision_loss, reason = "seconds of a process")]
#[expect(clippy::unnecessary_wraps, reason = "other systems have none")]
fn cpu_seconds() -> Option<f64> {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Some(time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9)
}

#[cfg(not(unix))]
fn cpu_seconds() -> Option<f64> {
    None
}

/// The most memory that this process has held, in bytes; none where the system does not tell.
pub(super) fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

/// The machine in a line.
pub(super) fn machine() -> String {
    let processor = std::fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| {
        let line = text.lines().find_map(|line| line.strip_prefix("model name"))?.to_owned();
        Some(line.trim_start_matches([' ', '\t', ':']).to_owned())
    });
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!(
        "{}, {cores} cores, {} {}",
        processor.unwrap_or_else(|| "processor unknown".to_owned()),
        std::env::consts::OS,
        std::env::consts::ARCH
    )
}
