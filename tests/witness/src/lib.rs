//! What the test programs share: clients, a way to run futures, and a table of functions that lies
//! in the program like that of an application.

use std::future::Future;

use aws_sdk_dynamodb::types::AttributeValue;

/// A function of a test program, laid out like an entry of an application's table.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Entry {
    /// Its name.
    pub name: &'static str,
    /// What would be run.
    pub function: fn(),
}

/// Declares the table of a program and what each of its functions can do. Run without arguments,
/// the program says the latter, line by line.
#[macro_export]
macro_rules! functions {
    ($($function:path,)*) => {
        $crate::functions! { $($function => "",)* }
    };
    ($($function:path => $expected:literal,)*) => {
        static EXPECTED: &[&str] = &[$($expected),*];
        static __IFC_FUNCTIONS: [$crate::Entry; EXPECTED.len()] = [
            $($crate::Entry { name: stringify!($function), function: $function },)*
        ];

        fn main() {
            init();
            $crate::serve(std::hint::black_box(&__IFC_FUNCTIONS), EXPECTED);
        }
    };
}

/// Runs the function that the first argument names, or lists all of them.
pub fn serve(functions: &'static [Entry], expected: &[&str]) {
    let wanted = std::env::args().nth(1);
    for (entry, expected) in functions.iter().zip(expected) {
        match &wanted {
            None => list(entry.name, expected),
            Some(name) if name == entry.name => (entry.function)(),
            Some(_) => {}
        }
    }
}

#[expect(clippy::print_stdout, reason = "the test reads it")]
fn list(name: &str, expected: &str) {
    println!("{name}\t{expected}");
}

/// Runs a future to its end.
pub fn run<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.expect("a runtime can be made").block_on(future)
}

/// A client of DynamoDB that was made elsewhere.
pub fn dynamodb() -> aws_sdk_dynamodb::Client {
    let config = aws_sdk_dynamodb::Config::builder();
    aws_sdk_dynamodb::Client::from_conf(config.behavior_version_latest().build())
}

/// A client of S3 that was made elsewhere.
pub fn s3() -> aws_sdk_s3::Client {
    let config = aws_sdk_s3::Config::builder();
    aws_sdk_s3::Client::from_conf(config.behavior_version_latest().build())
}

/// A client of SQS that was made elsewhere.
pub fn sqs() -> aws_sdk_sqs::Client {
    let config = aws_sdk_sqs::Config::builder();
    aws_sdk_sqs::Client::from_conf(config.behavior_version_latest().build())
}

/// A value for keys and items.
pub fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}
