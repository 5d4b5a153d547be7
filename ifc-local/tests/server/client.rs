//! A client that sends requests as they are written.

use std::net::SocketAddr;

use ifc_local::sign::{Request, Signer, content_hash};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The secret of every key.
pub(crate) const SECRET: &str = "secret";

/// When requests are signed.
pub(crate) const NOW: u64 = 1_769_846_400_000;

/// A key that signs for a service.
pub(crate) fn signer<'s>(key: &'s str, service: &'s str) -> Signer<'s> {
    Signer {
        access_key: key,
        secret: SECRET,
        session_token: None,
        region: "us-east-1",
        service,
    }
}

/// Signs a request with a key and sends it.
pub(crate) async fn send_signed(
    to: SocketAddr,
    signer: Signer<'_>,
    line: &str,
    headers: &[(&str, &str)],
    body: impl AsRef<[u8]>,
) -> Got {
    let host = to.to_string();
    let mut all: Vec<(&str, &str)> = headers.to_vec();
    if !headers.iter().any(|(name, _)| *name == "host") {
        all.push(("host", &host));
    }
    let (method, target) = line.split_once(' ').unwrap();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    const HASH: &str = "x-amz-content-sha256";
    let given = headers.iter().find(|(name, _)| *name == HASH);
    let content = given.map(|(_, hash)| (*hash).to_owned());
    let content = content.unwrap_or_else(|| content_hash(body.as_ref()));
    all.retain(|(name, _)| *name != HASH);
    let request = Request {
        method,
        path,
        query,
        headers: &all,
    };
    let added = signer.sign(&request, &content, NOW);
    let added = added
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let all: Vec<_> = all.iter().copied().chain(added).collect();
    send(to, line, &all, body).await
}

/// A response.
#[derive(Debug)]
pub(crate) struct Got {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Got {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        let all = self.headers.iter().filter(|(known, _)| known == name);
        all.map(|(_, value)| value.as_str()).collect()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// Sends a request on a connection of its own. The length of the body is added to the headers, and a
/// host if there is none.
pub(crate) async fn send(
    to: SocketAddr,
    line: &str,
    headers: &[(&str, &str)],
    body: impl AsRef<[u8]>,
) -> Got {
    let body = body.as_ref();
    let mut head = format!("{line} HTTP/1.1\r\ncontent-length: {}\r\n", body.len());
    if !headers.iter().any(|(name, _)| *name == "host") {
        head.push_str(&format!("host: {to}\r\n"));
    }
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("connection: close\r\n\r\n");
    let mut stream = TcpStream::connect(to).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(body).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    parse(&answer)
}

fn parse(answer: &[u8]) -> Got {
    let end = answer
        .windows(4)
        .position(|part| part == b"\r\n\r\n")
        .unwrap();
    let head = std::str::from_utf8(&answer[..end]).unwrap();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap();
    let headers = lines.map(|line| line.split_once(": ").unwrap());
    Got {
        status: status.parse().unwrap(),
        headers: headers
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        body: answer[end + 4..].to_vec(),
    }
}
