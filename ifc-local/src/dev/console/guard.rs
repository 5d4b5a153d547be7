//! Who is answered: pages of this very server, and programs on this machine.
//!
//! A page of another site can have a browser send requests here. Its own name that stands for this
//! machine (DNS rebinding) shows in `Host`, its own address in `Origin`; and what it can send without
//! being asked is never JSON.

use std::net::{Ipv4Addr, Ipv6Addr};

use hyper::header::{self, HeaderMap, HeaderName};
use hyper::{Method, StatusCode};

use super::reply::Problem;

/// Whether a request is answered.
pub(super) fn check(method: &Method, headers: &HeaderMap) -> Result<(), Problem> {
    let refuse = |sentence: String| Err(Problem::new(StatusCode::FORBIDDEN, sentence));
    let host = text(headers, header::HOST).unwrap_or_default();
    if !is_loopback(host) {
        return refuse(format!(
            "`{host}` is no name of this machine's own interface; open this page as http://127.0.0.1 or \
             http://localhost"
        ));
    }
    if let Some(origin) = text(headers, header::ORIGIN)
        && origin != format!("http://{host}")
    {
        return refuse(format!("pages of {origin} may not ask for anything here"));
    }
    if method == Method::POST {
        let kind = text(headers, header::CONTENT_TYPE).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/json") {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "requests are JSON: send `Content-Type: application/json`".into(),
            ));
        }
    }
    Ok(())
}

/// Whether a host, with a port or not, is this machine's own interface.
fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => {
            let (address, port) = rest.split_once(']').unwrap_or_default();
            let is_port = port.is_empty() || port.starts_with(':');
            return is_port && address.parse::<Ipv6Addr>().is_ok_and(|ip| ip.is_loopback());
        }
        None => host.split(':').next().unwrap_or_default(),
    };
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<Ipv4Addr>().is_ok_and(|ip| ip.is_loopback())
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_this_machine_only() {
        for host in ["localhost", "LOCALHOST:80", "127.0.0.1:3000", "[::1]:8080"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "192.168.1.2",
            "0.0.0.0",
            "[::2]",
            "[::1].evil.example",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
