//! How long it takes to read a linked program and to find the operations of each function, beside a
//! floor in the same run: reading the same files and counting the lines of the map.
//!
//! `cargo bench -p ifc-witness --bench read -- PROGRAM MAP [PROGRAM MAP]..`

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::time::{Duration, Instant};

use ifc_witness::Program;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let files: Vec<&String> = arguments
        .iter()
        .filter(|one| !one.starts_with("--"))
        .collect();
    println!("| program | map | nodes | edges | functions | floor | all | ratio |");
    println!("| --: | --: | --: | --: | --: | --: | --: | --: |");
    for pair in files.chunks_exact(2) {
        measure(pair[0], pair[1]);
    }
}

fn measure(program: &str, map: &str) {
    let floor = quickest(|| {
        let (file, map) = read(program, map);
        (file.len(), map.lines().count())
    });
    let all = quickest(|| {
        let (file, map) = read(program, map);
        let program = Program::read(&file, &map).expect("it is linked with relocations");
        let functions = program.functions().expect("it has functions");
        (program.size(), functions.len())
    });
    let ((nodes, edges), functions) = all.1;
    let megabytes = |path: &str| std::fs::metadata(path).map_or(0, |file| file.len()) / 1_000_000;
    println!(
        "| {} MB | {} MB | {nodes} | {edges} | {functions} | {} ms | {} ms | {:.1} |",
        megabytes(program),
        megabytes(map),
        floor.0.as_millis(),
        all.0.as_millis(),
        all.0.as_secs_f64() / floor.0.as_secs_f64(),
    );
}

fn read(program: &str, map: &str) -> (Vec<u8>, String) {
    let file = std::fs::read(program).expect("the program is there");
    (
        file,
        std::fs::read_to_string(map).expect("the map is there"),
    )
}

fn quickest<T>(run: impl Fn() -> T) -> (Duration, T) {
    let once = || {
        let start = Instant::now();
        let result = run();
        (start.elapsed(), result)
    };
    let runs = (0..5).map(|_| once());
    runs.min_by_key(|(time, _)| *time).expect("it ran")
}
