//! ARNs of named things. A form is the service, a colon, and what stands before the name:
//! `dynamodb:table/`; `s3:::` has neither region nor account.

use crate::text::{Part, Text};

/// The ARN of the thing of a form with a name.
pub(crate) fn arn(form: &str, name: &Text) -> Text {
    let (service, rest) = form.split_once(':').unwrap_or((form, ""));
    let mut arn = Text::of("arn:");
    arn.push(Part::Open("AWS::Partition".into()));
    arn.push(Part::Literal(format!(":{service}:")));
    match rest {
        "::" => arn.push(Part::Literal("::".into())),
        rest => {
            if service != "iam" {
                arn.push(Part::Open("AWS::Region".into()));
            }
            arn.push(Part::Literal(":".into()));
            arn.push(Part::Open("AWS::AccountId".into()));
            arn.push(Part::Literal(format!(":{rest}")));
        }
    }
    match (service, name.literal()) {
        // The name of a parameter begins with the slash that its ARN has anyway.
        ("ssm", Some(name)) => arn.append(&Text::of(name.trim_start_matches('/'))),
        _ => arn.append(name),
    }
    if service == "secretsmanager" {
        arn.append(&Text::of("-??????"));
    }
    arn
}
