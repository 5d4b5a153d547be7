//! A client of SQS that waits for each answer: requests in the JSON protocol, signed, on one connection.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{SystemTime, UNIX_EPOCH};

use ifc_local::sign::{Request, Signer, content_hash};
use serde_json::{Value, json};

use crate::Result;

/// A connection to an endpoint.
pub(crate) struct Client {
    host: String,
    stream: BufReader<TcpStream>,
    key: String,
    secret: String,
    token: Option<String>,
}

impl Client {
    /// `endpoint` is `http://127.0.0.1:4566`.
    pub(crate) fn connect(endpoint: &str, key: &str, secret: &str) -> Result<Client> {
        let host = endpoint.trim_start_matches("http://").trim_end_matches('/');
        let stream = TcpStream::connect(host)?;
        stream.set_nodelay(true)?;
        Ok(Client {
            host: host.to_owned(),
            stream: BufReader::new(stream),
            key: key.to_owned(),
            secret: secret.to_owned(),
            token: None,
        })
    }

    /// With what a function has in its environment.
    pub(crate) fn of_environment() -> Result<Client> {
        let endpoint = std::env::var("AWS_ENDPOINT_URL")?;
        let key = std::env::var("AWS_ACCESS_KEY_ID")?;
        let secret = std::env::var("AWS_SECRET_ACCESS_KEY")?;
        let mut client = Client::connect(&endpoint, &key, &secret)?;
        client.token = std::env::var("AWS_SESSION_TOKEN").ok();
        Ok(client)
    }

    /// Calls an operation of SQS.
    pub(crate) fn sqs(&mut self, operation: &str, input: &Value) -> Result<Value> {
        let target = format!("AmazonSQS.{operation}");
        let headers = [
            ("content-type", "application/x-amz-json-1.0"),
            ("x-amz-target", target.as_str()),
        ];
        self.call("sqs", "POST", "/", &headers, &input.to_string())
    }

    /// Calls an operation of Lambda.
    pub(crate) fn lambda(&mut self, path: &str, input: &Value) -> Result<Value> {
        let headers = [("content-type", "application/json")];
        self.call("lambda", "POST", path, &headers, &input.to_string())
    }

    fn call(
        &mut self,
        service: &str,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Result<Value> {
        let host = self.host.clone();
        let mut all: Vec<(&str, &str)> = vec![("host", &host)];
        all.extend(headers);
        let request = Request {
            method,
            path,
            query: "",
            headers: &all,
        };
        let signer = Signer {
            access_key: &self.key,
            secret: &self.secret,
            session_token: self.token.as_deref(),
            region: ifc_local::REGION,
            service,
        };
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
        let hash = content_hash(body.as_bytes());
        let signed = signer.sign(&request, &hash, u64::try_from(now)?);
        let signed = signed
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let all: Vec<_> = all.iter().copied().chain(signed).collect();
        let (status, answer) = exchange(&mut self.stream, method, path, &all, body.as_bytes())?;
        let text = String::from_utf8_lossy(&answer).into_owned();
        if !(200..300).contains(&status) {
            return Err(format!("{method} {path}: {status} {text}").into());
        }
        match text.is_empty() {
            true => Ok(json!({})),
            false => Ok(serde_json::from_str(&text)?),
        }
    }
}

/// Sends a request and reads the answer: its status and body. The length is added to the headers.
pub(crate) fn exchange(
    stream: &mut BufReader<TcpStream>,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Result<(u16, Vec<u8>)> {
    let answer = request(stream, method, path, headers, body)?;
    Ok((answer.status, answer.body))
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// As [`exchange`], with the headers of the answer; their names are in lower case.
pub(crate) fn request(
    stream: &mut BufReader<TcpStream>,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Result<Answer> {
    let mut text = format!(
        "{method} {path} HTTP/1.1\r\ncontent-length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str("\r\n");
    let mut bytes = text.into_bytes();
    bytes.extend(body);
    stream.get_mut().write_all(&bytes)?;
    let mut line = String::new();
    stream.read_line(&mut line)?;
    let status = line.split(' ').nth(1).ok_or("no answer")?.trim().parse()?;
    let mut headers = Vec::new();
    loop {
        line.clear();
        if stream.read_line(&mut line)? == 0 {
            return Err("the answer is cut off".into());
        }
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let header = |name: &str| {
        let found = headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    };
    let mut body = Vec::new();
    if header("transfer-encoding") == Some("chunked") {
        loop {
            line.clear();
            stream.read_line(&mut line)?;
            let length = usize::from_str_radix(line.trim(), 16)?;
            let before = body.len();
            body.resize(before + length, 0);
            stream.read_exact(&mut body[before..])?;
            line.clear();
            stream.read_line(&mut line)?;
            if length == 0 {
                break;
            }
        }
    } else {
        body.resize(header("content-length").unwrap_or("0").parse()?, 0);
        stream.read_exact(&mut body)?;
    }
    Ok(Answer {
        status,
        headers,
        body,
    })
}
