//! Who is answered, and what browsers are told.

use http_body_util::Full;
use hyper::Request;
use serde_json::json;

use crate::{Page, get, post};

#[tokio::test]
async fn the_page_and_its_files_come_with_their_types() {
    let page = Page::new().await;
    for (path, kind) in [
        ("", "text/html; charset=utf-8"),
        ("index.html", "text/html; charset=utf-8"),
        ("main.js", "text/javascript; charset=utf-8"),
        ("base.css", "text/css; charset=utf-8"),
        ("icon.svg", "image/svg+xml"),
    ] {
        let answer = page.answer(get(path)).await;
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.headers["content-type"], kind);
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; script-src 'self';"));
        assert!(!policy.contains("unsafe"), "{policy}");
        let tag = answer.headers["etag"].to_str().unwrap().to_owned();
        let mut again = get(path);
        again
            .headers_mut()
            .insert("if-none-match", tag.parse().unwrap());
        let again = page.answer(again).await;
        assert_eq!((again.status.as_u16(), again.body.len()), (304, 0));
    }
    let answer = page.answer(get("nothing.js")).await;
    assert_eq!(answer.status, 404);
}

#[tokio::test]
async fn files_of_the_page_name_nothing_that_lies_elsewhere() {
    let page = Page::new().await;
    let index = page.answer(get("")).await;
    let mut waiting = vec![String::from_utf8(index.body.to_vec()).unwrap()];
    let mut seen = std::collections::BTreeSet::new();
    while let Some(text) = waiting.pop() {
        assert!(!text.contains("innerHTML"));
        for part in text.split('"').skip(1).step_by(2) {
            let part = part.trim_start_matches("./");
            let is_file = [".js", ".css", ".svg"]
                .iter()
                .any(|end| part.ends_with(end));
            if !is_file || part.contains(' ') || !seen.insert(part.to_owned()) {
                continue;
            }
            let answer = page.answer(get(part)).await;
            assert_eq!(answer.status, 200, "{part}");
            waiting.push(String::from_utf8(answer.body.to_vec()).unwrap());
        }
    }
    assert!(seen.len() > 15, "{seen:?}");
}

#[tokio::test]
async fn only_names_of_this_machine_are_served() {
    let page = Page::new().await;
    for (host, status) in [
        ("localhost:3000", 200),
        ("127.0.0.1", 200),
        ("[::1]:3000", 200),
        ("attacker.example:3000", 403),
        ("127.0.0.1.attacker.example", 403),
        ("192.168.0.7:3000", 403),
    ] {
        let mut request = get("api/app");
        request.headers_mut().insert("host", host.parse().unwrap());
        let answer = page.answer(request).await;
        assert_eq!(answer.status, status, "{host}");
    }
    let without = Request::get("/_ifc/api/app").body(Full::default()).unwrap();
    assert_eq!(page.answer(without).await.status, 403);
}

#[tokio::test]
async fn pages_of_other_sites_can_do_nothing() {
    let page = Page::new().await;
    let send = json!({ "queue": "SHIPMENTS", "body": { "id": "1" } });
    for (header, value, status) in [
        ("origin", "http://127.0.0.1:3000", 200),
        ("origin", "http://attacker.example", 403),
        ("origin", "http://127.0.0.1:9999", 403),
        ("origin", "null", 403),
        ("content-type", "text/plain", 415),
        ("content-type", "application/x-www-form-urlencoded", 415),
        ("content-type", "application/json; charset=utf-8", 200),
    ] {
        let mut request = post("send", &send);
        request.headers_mut().insert(header, value.parse().unwrap());
        let answer = page.answer(request).await;
        assert_eq!(answer.status, status, "{header}: {value}");
    }
    let mut without = post("send", &send);
    without.headers_mut().remove("content-type");
    assert_eq!(page.answer(without).await.status, 415);
    let by_get = page.answer(get("api/send")).await;
    assert_eq!(
        (
            by_get.status.as_u16(),
            by_get.headers["allow"].to_str().unwrap()
        ),
        (405, "POST")
    );
}

#[tokio::test]
async fn what_is_in_a_bucket_is_no_part_of_the_page() {
    let page = Page::new().await;
    let put = json!({ "bucket": "FILES", "key": "evil.html", "body": "<script>", "content_type": "text/html" });
    page.post("put", put).await;
    let answer = page
        .answer(get("api/buckets/FILES/content?key=evil.html"))
        .await;
    assert_eq!(answer.body.as_ref(), b"<script>");
    assert_eq!(
        answer.headers["content-security-policy"],
        "default-src 'none'; sandbox; frame-ancestors 'none'"
    );
}
