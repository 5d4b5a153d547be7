//! Terraform: a policy document for each program. Environment variables that name resources are
//! variables.

use std::fmt::Write;

use serde_json::Value;

use super::{Piece, Programs, all_pieces, pieces, variables};

pub(crate) fn render(programs: &Programs<'_>) -> String {
    let mut text = String::new();
    for name in variables(programs) {
        let label = snake(name);
        let _ = write!(
            text,
            "variable \"{label}\" {{\n  type        = string\n  description = \"Value of the \
             environment variable {name}\"\n}}\n\n"
        );
    }
    let named: Vec<Piece<'_>> = all_pieces(programs).collect();
    for (word, data) in [
        ("AWS::Partition", "aws_partition"),
        ("AWS::Region", "aws_region"),
        ("AWS::AccountId", "aws_caller_identity"),
    ] {
        if named.contains(&Piece::Given(word)) {
            let _ = write!(text, "data \"{data}\" \"current\" {{}}\n\n");
        }
    }
    for (name, permissions) in programs {
        let _ = writeln!(
            text,
            "data \"aws_iam_policy_document\" \"{}\" {{",
            snake(name)
        );
        for (at, permission) in permissions.iter().enumerate() {
            if at > 0 {
                text.push('\n');
            }
            text.push_str("  statement {\n");
            list(
                &mut text,
                "    actions  ",
                permission.actions.iter().map(|action| quoted(action)),
            );
            list(
                &mut text,
                "    resources",
                permission.resources.iter().map(|pattern| arn(pattern)),
            );
            for (operator, keys) in &permission.conditions {
                for (key, values) in keys.as_object().into_iter().flatten() {
                    let _ = write!(
                        text,
                        "\n    condition {{\n      test     = {}\n      variable = {}\n",
                        quoted(operator),
                        quoted(key)
                    );
                    list(&mut text, "      values  ", strings(values).map(arn));
                    text.push_str("    }\n");
                }
            }
            text.push_str("  }\n");
        }
        text.push_str("}\n\n");
    }
    text.truncate(text.trim_end().len());
    text
}

fn strings(value: &Value) -> impl Iterator<Item = &str> {
    let list = value
        .as_array()
        .map_or(std::slice::from_ref(value), Vec::as_slice);
    list.iter().filter_map(Value::as_str)
}

fn list(text: &mut String, key: &str, items: impl Iterator<Item = String>) {
    let items: Vec<String> = items.collect();
    match items.as_slice() {
        [only] => {
            let _ = writeln!(text, "{key} = [{only}]");
        }
        items => {
            let indent = key.len() - key.trim_start().len();
            let _ = writeln!(text, "{key} = [");
            for item in items {
                let _ = writeln!(text, "{:indent$}  {item},", "");
            }
            let _ = writeln!(text, "{:indent$}]", "");
        }
    }
}

/// A literal; `${` begins an interpolation, so it is doubled.
fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", escaped.replace("${", "$${"))
}

fn arn(pattern: &str) -> String {
    let inner: String = pieces(pattern)
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => {
                let quoted = quoted(text);
                quoted[1..quoted.len() - 1].to_owned()
            }
            Piece::Given("AWS::Partition") => "${data.aws_partition.current.partition}".to_owned(),
            Piece::Given("AWS::Region") => "${data.aws_region.current.region}".to_owned(),
            Piece::Given(_) => "${data.aws_caller_identity.current.account_id}".to_owned(),
            Piece::Variable(name) => format!("${{var.{}}}", snake(name)),
        })
        .collect();
    format!("\"{inner}\"")
}

/// `TABLE_NAME`, `put-order` as `table_name`, `put_order`.
fn snake(name: &str) -> String {
    let plain = name.chars().map(|c| match c.is_ascii_alphanumeric() {
        true => c.to_ascii_lowercase(),
        false => '_',
    });
    plain.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ifc_compiler::catalog::manifest::Permission;
    use serde_json::json;

    #[test]
    fn documents_with_variables_and_conditions() {
        let permissions = [
            Permission {
                actions: vec!["s3:GetObject".into()],
                resources: vec!["arn:${AWS::Partition}:s3:::${env:BUCKET}/*".into()],
                ..Permission::default()
            },
            Permission {
                actions: vec!["cloudwatch:PutMetricData".into()],
                resources: vec!["*".into()],
                conditions: [(
                    "StringEquals".to_owned(),
                    json!({ "cloudwatch:namespace": ["Shop", "${env:BUCKET}${*}"] }),
                )]
                .into(),
                ..Permission::default()
            },
        ];
        let programs = Programs::from([("put-order", permissions.as_slice())]);
        let expected = r#"variable "bucket" {
  type        = string
  description = "Value of the environment variable BUCKET"
}

data "aws_partition" "current" {}

data "aws_iam_policy_document" "put_order" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["arn:${data.aws_partition.current.partition}:s3:::${var.bucket}/*"]
  }

  statement {
    actions   = ["cloudwatch:PutMetricData"]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "cloudwatch:namespace"
      values   = [
        "Shop",
        "${var.bucket}$${*}",
      ]
    }
  }
}"#;
        assert_eq!(render(&programs), expected);
    }
}
