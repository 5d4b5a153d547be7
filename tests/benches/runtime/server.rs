//! The least of a server that a function needs: the Lambda Runtime API for one process, and a
//! service of AWS that always gives the same answer.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, ensure};

/// What the process did, and when the request for it had arrived.
pub(crate) enum Step {
    /// It asks for an event.
    Next(Instant),
    /// It has dealt with one.
    Answer(Instant, String),
}

/// The Runtime API of one process.
pub(crate) struct RuntimeApi {
    address: SocketAddr,
    events: Sender<String>,
    steps: Receiver<Step>,
}

impl RuntimeApi {
    pub(crate) fn start() -> Result<RuntimeApi> {
        let (events, waiting) = channel::<String>();
        let (report, steps) = channel();
        let waiting = Arc::new(Mutex::new(waiting));
        let address = listen(move |request| {
            let now = Instant::now();
            if request.path.ends_with("/invocation/next") {
                report.send(Step::Next(now)).ok()?;
                let event = waiting.lock().unwrap_or_else(PoisonError::into_inner);
                return Some(next(&event.recv().ok()?));
            }
            report.send(Step::Answer(now, request.body)).ok()?;
            Some(response("202 Accepted", "", "{}"))
        })?;
        Ok(RuntimeApi {
            address,
            events,
            steps,
        })
    }

    /// As `AWS_LAMBDA_RUNTIME_API` has it.
    pub(crate) fn address(&self) -> String {
        self.address.to_string()
    }

    /// Waits until the process asks for an event.
    pub(crate) fn asked(&self) -> Result<Instant> {
        match self.steps.recv()? {
            Step::Next(at) => Ok(at),
            Step::Answer(_, body) => anyhow::bail!("nothing was asked: {body}"),
        }
    }

    /// Gives the process, which has asked, an event, and waits for the answer.
    pub(crate) fn hand(&self, event: &str) -> Result<(Instant, String)> {
        self.events.send(event.to_owned())?;
        match self.steps.recv()? {
            Step::Answer(at, body) => Ok((at, body)),
            Step::Next(_) => anyhow::bail!("no answer"),
        }
    }
}

fn next(event: &str) -> String {
    let headers = "Lambda-Runtime-Aws-Request-Id: 8476a536-e9f4-11e8-9739-2dfe598c3fcd\r\n\
        Lambda-Runtime-Deadline-Ms: 4102444800000\r\n\
        Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:123456789012:function:f\r\n\
        Lambda-Runtime-Trace-Id: Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=0\r\n";
    response("200 OK", headers, event)
}

/// A service that gives every operation its answer. Its URL.
pub(crate) fn service(
    answer: impl Fn(&str, &str) -> &'static str + Send + Sync + 'static,
) -> Result<String> {
    let address = listen(move |request| {
        let operation = request.headers.get("x-amz-target");
        let operation = operation.map_or("", |target| target.as_str());
        let operation = operation.rsplit('.').next().unwrap_or_default();
        Some(response("200 OK", "", answer(operation, &request.body)))
    })?;
    Ok(format!("http://{address}"))
}

struct Request {
    path: String,
    headers: HashMap<String, String>,
    body: String,
}

/// Answers every request on every connection until the process ends.
fn listen(
    answer: impl Fn(Request) -> Option<String> + Send + Sync + 'static,
) -> Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let answer = Arc::new(answer);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let answer = answer.clone();
            // A connection ends with the process behind it.
            thread::spawn(move || serve(stream, &*answer).ok());
        }
    });
    Ok(address)
}

fn serve(mut stream: TcpStream, answer: &dyn Fn(Request) -> Option<String>) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut requests = BufReader::new(stream.try_clone()?);
    loop {
        let request = read(&mut requests)?;
        let response = answer(request).context("nobody waits for it")?;
        stream.write_all(response.as_bytes())?;
    }
}

fn read(requests: &mut impl BufRead) -> Result<Request> {
    let mut line = String::new();
    ensure!(requests.read_line(&mut line)? > 0, "closed");
    let path = line.split(' ').nth(1).context("a path")?.to_owned();
    let mut headers = HashMap::new();
    loop {
        line.clear();
        requests.read_line(&mut line)?;
        let Some((name, value)) = line.split_once(':') else {
            break;
        };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = match headers.get("content-length") {
        Some(length) => length.parse()?,
        None => 0,
    };
    let mut body = vec![0; length];
    requests.read_exact(&mut body)?;
    let body = String::from_utf8(body)?;
    Ok(Request {
        path,
        headers,
        body,
    })
}

fn response(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\n{headers}Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
}
