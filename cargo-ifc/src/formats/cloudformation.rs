//! A CloudFormation template with a managed policy for each program. Environment variables that name
//! resources are parameters.

use serde_json::{Map, Value, json};

use super::iam::statement;
use super::{Piece, Programs, pascal, pieces, variables};

pub(crate) fn render(programs: &Programs<'_>) -> Value {
    let parameters: Map<String, Value> = variables(programs)
        .into_iter()
        .map(|name| {
            let description = format!("Value of the environment variable {name}");
            let parameter = json!({ "Type": "String", "Description": description });
            (pascal(name), parameter)
        })
        .collect();
    let mut resources = Map::new();
    let mut outputs = Map::new();
    for (name, permissions) in programs {
        // CloudFormation refuses a policy without statements.
        if permissions.is_empty() {
            continue;
        }
        let statements: Vec<Value> = permissions
            .iter()
            .map(|permission| statement(permission, &arn))
            .collect();
        let id = format!("{}Policy", pascal(name));
        resources.insert(
            id.clone(),
            json!({
                "Type": "AWS::IAM::ManagedPolicy",
                "Properties": {
                    "Description": format!("What the program {name} needs"),
                    "PolicyDocument": { "Version": "2012-10-17", "Statement": statements },
                },
            }),
        );
        outputs.insert(id.clone(), json!({ "Value": { "Ref": id } }));
    }
    let mut template = Map::new();
    template.insert("AWSTemplateFormatVersion".into(), "2010-09-09".into());
    for (key, part) in [
        ("Parameters", parameters),
        ("Resources", resources),
        ("Outputs", outputs),
    ] {
        if !part.is_empty() {
            template.insert(key.into(), part.into());
        }
    }
    template.into()
}

fn arn(pattern: &str) -> Value {
    let pieces = pieces(pattern);
    if let [Piece::Variable(name)] = pieces.as_slice() {
        return json!({ "Ref": pascal(name) });
    }
    if let [] | [Piece::Text(_)] = pieces.as_slice() {
        return pattern.into();
    }
    let text: String = pieces
        .into_iter()
        .map(|piece| match piece {
            // What is IAM's is none of the template's.
            Piece::Text(text) => text.replace("${", "${!"),
            Piece::Given(name) => format!("${{{name}}}"),
            Piece::Variable(name) => format!("${{{}}}", pascal(name)),
        })
        .collect();
    json!({ "Fn::Sub": text })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ifc_compiler::catalog::manifest::Permission;

    #[test]
    fn variables_are_parameters() {
        let permissions = [Permission {
            actions: vec!["s3:GetObject".into(), "s3:PutObject".into()],
            resources: vec![
                "arn:${AWS::Partition}:s3:::${env:BUCKET_NAME}/*".into(),
                "${env:OTHER}".into(),
                "arn:aws:s3:::fixed".into(),
            ],
            conditions: [(
                "StringLike".to_owned(),
                json!({ "s3:prefix": ["${env:STAGE}/${*}/*", "${*}"] }),
            )]
            .into(),
            ..Permission::default()
        }];
        let programs = Programs::from([("put-order", permissions.as_slice()), ("idle", &[])]);
        let template = render(&programs);
        let statement = &template["Resources"]["PutOrderPolicy"]["Properties"]["PolicyDocument"]["Statement"]
            [0];
        assert_eq!(
            statement["Resource"],
            json!([
                { "Fn::Sub": "arn:${AWS::Partition}:s3:::${BucketName}/*" },
                { "Ref": "Other" },
                "arn:aws:s3:::fixed",
            ])
        );
        assert_eq!(
            statement["Condition"],
            json!({ "StringLike": { "s3:prefix": [{ "Fn::Sub": "${Stage}/${!*}/*" }, "${*}"] } })
        );
        let parameters = template["Parameters"].as_object().expect("there are some");
        assert_eq!(
            parameters.keys().collect::<Vec<_>>(),
            ["BucketName", "Other", "Stage"]
        );
        assert_eq!(template["Resources"].as_object().map(Map::len), Some(1));
    }
}
