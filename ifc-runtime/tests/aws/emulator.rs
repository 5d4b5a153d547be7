//! MiniStack, with the function that the tests call.

use anyhow::Result;
use ifc_tests::ministack::MiniStack;
use serde_json::{Value, json};

use crate::setup::{Account, text};

/// Doubles a number, and fails for negative numbers.
const FUNCTION: &str = "class NoPrice(Exception):
    pass

def handle(event, context):
    if event['n'] < 0:
        raise NoPrice('negative')
    return {'twice': 2 * event['n']}
";

impl Account for MiniStack {
    fn call(&self, service: &str, operation: &str, input: Value) -> Result<Value> {
        Ok(self.aws().call(service, operation, input)?)
    }

    fn endpoint(&self) -> &str {
        self.aws().endpoint()
    }

    fn environment(&self) -> Vec<(String, String)> {
        self.environment()
    }

    fn function(&self, name: &str, failures: &str) -> Result<String> {
        let trust = json!({
            "Version": "2012-10-17",
            "Statement": [{
                "Effect": "Allow",
                "Principal": { "Service": "lambda.amazonaws.com" },
                "Action": "sts:AssumeRole",
            }],
        });
        let role = json!({ "RoleName": name, "AssumeRolePolicyDocument": trust.to_string() });
        let role = self.call("iam", "CreateRole", role)?;
        let code = self.folder().join("price.zip");
        ifc_tests::archive(&code, "index.py", FUNCTION.as_bytes())?;
        let function = json!({
            "FunctionName": name,
            "Runtime": "python3.12",
            "Handler": "index.handle",
            "Role": role["Role"]["Arn"],
            "Code": { "ZipFile": { "$file": code } },
        });
        let made = self.call("lambda", "CreateFunction", function)?;
        let failed = json!({
            "FunctionName": name,
            "MaximumRetryAttempts": 0,
            "DestinationConfig": { "OnFailure": { "Destination": failures } },
        });
        self.call("lambda", "PutFunctionEventInvokeConfig", failed)?;
        Ok(text(&made["FunctionArn"])?.to_owned())
    }

    fn log(&self) -> String {
        self.log()
    }
}
