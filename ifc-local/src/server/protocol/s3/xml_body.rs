//! Bodies of requests in XML.

use roxmltree::{Document, Node};
use serde_json::{Map, Value, json};

use crate::error::ApiError;

pub(super) fn read(
    operation: &str,
    body: &[u8],
    input: &mut Map<String, Value>,
) -> Result<(), ApiError> {
    let (member, lists): (&str, &[(&str, &str)]) = match operation {
        "DeleteObjects" => ("Delete", &[("Object", "Objects")]),
        "CompleteMultipartUpload" => ("MultipartUpload", &[("Part", "Parts")]),
        "PutBucketVersioning" => ("VersioningConfiguration", &[]),
        "CreateBucket" if !body.is_empty() => ("CreateBucketConfiguration", &[]),
        "PutObjectTagging" | "PutBucketTagging" => ("Tagging", &[]),
        "PutBucketNotificationConfiguration" => (
            "NotificationConfiguration",
            &[
                ("CloudFunctionConfiguration", "LambdaFunctionConfigurations"),
                ("QueueConfiguration", "QueueConfigurations"),
                ("TopicConfiguration", "TopicConfigurations"),
                ("Event", "Events"),
                ("FilterRule", "FilterRules"),
            ],
        ),
        "PutBucketPolicy" => {
            input.insert("Policy".into(), String::from_utf8_lossy(body).into());
            return Ok(());
        }
        _ => return Ok(()),
    };
    let malformed = || {
        ApiError::new(
            "MalformedXML",
            "The XML you provided was not well-formed or did not validate against our published schema",
        )
    };
    let text = std::str::from_utf8(body).map_err(|_| malformed())?;
    let document = Document::parse(text).map_err(|_| malformed())?;
    input.insert(member.to_owned(), value(document.root_element(), lists));
    Ok(())
}

fn value(node: Node<'_, '_>, lists: &[(&str, &str)]) -> Value {
    let children = || node.children().filter(Node::is_element);
    if children().next().is_none() {
        return scalar(node);
    }
    if node.has_tag_name("TagSet") || node.tag_name().name() == "TagSet" {
        return children().map(|child| value(child, lists)).collect();
    }
    let mut members = Map::new();
    for child in children() {
        let name = child.tag_name().name();
        let read = value(child, lists);
        match lists.iter().find(|(element, _)| *element == name) {
            Some((_, list)) => {
                let list = members.entry(*list).or_insert_with(|| json!([]));
                if let Some(list) = list.as_array_mut() {
                    list.push(read);
                }
            }
            None => {
                members.insert(name.to_owned(), read);
            }
        }
    }
    Value::Object(members)
}

fn scalar(node: Node<'_, '_>) -> Value {
    let text = node.text().unwrap_or_default();
    match (node.tag_name().name(), text) {
        ("Quiet", text) => (text.trim() == "true").into(),
        ("PartNumber", text) => match text.trim().parse::<u32>() {
            Ok(number) => number.into(),
            Err(_) => text.into(),
        },
        ("TagSet", _) => json!([]),
        (_, text) => text.into(),
    }
}
