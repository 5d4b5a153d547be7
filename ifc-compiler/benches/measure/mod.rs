//! What benchmarks have in common: each measurement is a process of its own, so that none warms
//! another, and the least of several counts, because whatever else the machine does only adds time.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

pub(crate) type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Parses every file with `syn` on one thread, keeping the trees.
pub(crate) fn floor(sources: &[PathBuf]) -> Result<()> {
    let texts: Vec<String> = sources
        .iter()
        .map(std::fs::read_to_string)
        .collect::<std::io::Result<_>>()?;
    let start = Instant::now();
    let trees: Vec<syn::File> = texts
        .iter()
        .map(|text| syn::parse_file(text))
        .collect::<syn::Result<_>>()?;
    let milliseconds = start.elapsed().as_secs_f64() * 1e3;
    std::hint::black_box(&trees);
    report(&[("whole", milliseconds)])
}

/// `cargo metadata` alone, asked for as the compiler asks for it.
pub(crate) fn metadata(root: &Path) -> Result<()> {
    let start = Instant::now();
    let output = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()))
        .args([
            "metadata",
            "--format-version",
            "1",
            "--no-deps",
            "--offline",
        ])
        .current_dir(root)
        .env("SSL_CERT_FILE", "/dev/null")
        .output()?;
    let milliseconds = start.elapsed().as_secs_f64() * 1e3;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    report(&[("whole", milliseconds)])
}

/// Prints what this process measured, and the highest amount of memory that it had, in megabytes.
pub(crate) fn report(measured: &[(&str, f64)]) -> Result<()> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|rest| rest.split_whitespace().next())
        .ok_or("the kernel does not tell the peak")?;
    for (what, value) in measured {
        println!("{what} {value}");
    }
    println!("memory {}", peak.parse::<f64>()? / 1024.0);
    Ok(())
}

/// What processes measured, the least of each: whatever else the machine does only ever adds.
pub(crate) struct Samples(pub(crate) Vec<(String, f64)>);

impl Samples {
    pub(crate) fn of(&self, what: &str) -> f64 {
        let found = self.0.iter().find(|(known, _)| known == what);
        found.map_or(0.0, |(_, value)| *value)
    }
}

/// Runs one measurement in this many processes.
pub(crate) fn sample(what: &str, root: &Path, repeats: usize) -> Result<Samples> {
    let mut samples: Vec<(String, f64)> = Vec::new();
    for _ in 0..repeats {
        let output = Command::new(std::env::current_exe()?)
            .arg(format!("--measure-{what}"))
            .arg(root)
            .output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into());
        }
        for line in String::from_utf8(output.stdout)?.lines() {
            let (what, value) = line.split_once(' ').ok_or("no sample")?;
            let value: f64 = value.parse()?;
            match samples.iter_mut().find(|(known, _)| known == what) {
                Some((_, least)) => *least = least.min(value),
                None => samples.push((what.to_owned(), value)),
            }
        }
    }
    Ok(Samples(samples))
}
