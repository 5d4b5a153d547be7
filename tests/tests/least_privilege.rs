//! Real calls with the credentials of every function's role: what is written by hand is
//! allowed, everything else is denied, and MiniStack and iam-simulate agree about each.

use anyhow::{Context, Result};
use ifc_tests::deploy::{Stack, upload};
use ifc_tests::examples::{applications, reference};
use ifc_tests::ministack::MiniStack;
use ifc_tests::privilege;

/// The functions do not run here; this would tell if one did.
const CODE: &[u8] = b"#!/bin/sh\nexit 1\n";

#[test]
fn roles_allow_what_is_written_by_hand_and_nothing_else() -> Result<()> {
    let ministack = MiniStack::start()?;
    let aws = ministack.aws();
    let code = ministack.folder().join("code.zip");
    ifc_tests::archive(&code, "bootstrap", CODE)?;
    let parameters = upload(aws, &code)?;
    for application in applications()? {
        let package = application.manifest["package"]
            .as_str()
            .context("a package")?;
        let stack = Stack::create(aws, package, application.template.source(), &parameters)?;
        let (calls, disagreements) = privilege::probe(&application, aws, &stack)?;
        assert_eq!(
            disagreements,
            Vec::<String>::new(),
            "{package}: of {calls} calls"
        );
        stack.delete()?;
    }
    Ok(())
}

#[test]
fn a_role_that_lost_an_action_is_noticed() -> Result<()> {
    let application = reference()?;
    let ministack = MiniStack::start()?;
    let aws = ministack.aws();
    let code = ministack.folder().join("code.zip");
    ifc_tests::archive(&code, "bootstrap", CODE)?;
    let parameters = upload(aws, &code)?;
    let mut template = application.template.source().clone();
    let statements = "/Resources/FnRole/Properties/Policies/0/PolicyDocument/Statement";
    let statements = template
        .pointer_mut(statements)
        .and_then(|s| s.as_array_mut());
    for statement in statements.context("the role has statements")? {
        if let Some(actions) = statement["Action"].as_array_mut() {
            actions.retain(|action| action != "dynamodb:PutItem");
        }
    }
    let stack = Stack::create(aws, "reference", &template, &parameters)?;
    let (calls, disagreements) = privilege::probe(&application, aws, &stack)?;
    assert!(calls > 50, "{calls} calls");
    assert_eq!(
        disagreements,
        [
            "work: dynamodb:PutItem on table:TABLE: written Allowed, emulator Denied, evaluator Denied"
        ]
    );
    Ok(())
}
