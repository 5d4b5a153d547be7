//! Time to the first answer of the table of operations, beside inflating the same texts.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark prints and stops at the first surprise"
)]

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use ifc_catalog::sdk;

type Case = (&'static str, fn(&Path));

/// What a process of its own does once.
const CASES: &[Case] = &[
    ("inflating all texts, for comparison", inflate),
    ("one operation of one service", |_| {
        assert!(sdk::operation("dynamodb", "put_item").is_some());
    }),
    ("one operation of each of ten services", |_| {
        for (service, method) in TEN {
            assert!(sdk::operation(service, method).is_some(), "{service}");
        }
    }),
    ("an action of the largest prefix", |_| {
        assert!(sdk::action_exists("ec2:RunInstances"));
    }),
    ("a method over all services", |_| {
        assert_eq!(sdk::services_with("transact_write_items"), ["dynamodb"]);
    }),
    ("all texts", |_| {
        assert!(sdk::texts().map(|(_, text)| text.len()).sum::<usize>() > 500_000);
    }),
];

const TEN: [(&str, &str); 10] = [
    ("dynamodb", "put_item"),
    ("s3", "get_object"),
    ("sqs", "send_message"),
    ("sns", "publish"),
    ("lambda", "invoke"),
    ("secretsmanager", "get_secret_value"),
    ("ssm", "get_parameter"),
    ("eventbridge", "put_events"),
    ("sfn", "start_execution"),
    ("cloudwatch", "put_metric_data"),
];

fn inflate(file: &Path) {
    let packed = std::fs::read(file).unwrap();
    let mut text = String::new();
    DeflateDecoder::new(&packed[..])
        .read_to_string(&mut text)
        .unwrap();
    assert!(text.len() > 500_000);
}

fn main() {
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("table.deflate");
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, flag, case] = &arguments[..]
        && flag == "--case"
    {
        let run = CASES[case.parse::<usize>().unwrap()].1;
        let start = Instant::now();
        run(&file);
        println!("{}", start.elapsed().as_nanos());
        return;
    }
    let texts: String = sdk::texts().map(|(_, text)| text).collect();
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(texts.as_bytes()).unwrap();
    let deflated = encoder.finish().unwrap();
    std::fs::write(&file, &deflated).unwrap();
    println!("{} bytes of text, {} deflated", texts.len(), deflated.len());
    let times: Vec<Duration> = (0..CASES.len())
        .map(|case| quickest(&arguments[0], case))
        .collect();
    for ((name, _), time) in CASES.iter().zip(&times) {
        let ratio = time.as_secs_f64() / times[0].as_secs_f64();
        println!(
            "| {name} | {:.2} ms | {ratio:.2} |",
            time.as_secs_f64() * 1e3
        );
    }
}

/// The quickest of some processes.
fn quickest(program: &str, case: usize) -> Duration {
    let once = || {
        let case = case.to_string();
        let output = Command::new(program)
            .args(["--case", &case])
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let nanoseconds = String::from_utf8(output.stdout).unwrap();
        Duration::from_nanos(nanoseconds.trim().parse().unwrap())
    };
    (0..7).map(|_| once()).min().unwrap()
}
