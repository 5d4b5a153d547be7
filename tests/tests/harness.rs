//! The checks of the harness themselves: they accept a template that is right, and notice every
//! mistake planted into it.

use std::path::{Path, PathBuf};

use anyhow::Result;
use ifc_tests::application::Application;
use ifc_tests::deploy::{Stack, upload};
use ifc_tests::ministack::MiniStack;
use ifc_tests::{mutate, privilege, simulate};

fn reference() -> Result<Application> {
    Application::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/reference"))
}

#[test]
fn a_right_template_is_accepted() -> Result<()> {
    let application = reference()?;
    let wiring = mutate::questions(&application, &application.template)?;
    assert_eq!(wiring.faults, Vec::<String>::new());
    assert_eq!(
        simulate::surprises(&wiring.questions)?,
        Vec::<String>::new()
    );
    Ok(())
}

#[test]
fn every_planted_mistake_is_noticed() -> Result<()> {
    let application = reference()?;
    assert!(mutate::mutants(&application.template.source).len() > 50);
    let survivors = mutate::survivors(&application.template, |template| {
        mutate::questions(&application, template)
    })?;
    assert_eq!(survivors, Vec::<String>::new());
    Ok(())
}

#[test]
fn emulator_and_evaluator_agree_about_roles() -> Result<()> {
    let application = reference()?;
    let ministack = MiniStack::start()?;
    let aws = ministack.aws();
    let code: PathBuf = ministack.folder().join("code.zip");
    ifc_tests::archive(&code, "bootstrap", b"#!/bin/sh\nexit 1\n")?;
    let parameters = upload(aws, &code)?;
    let stack = Stack::create(aws, "reference", &application.template.source, &parameters)?;
    let (calls, disagreements) = privilege::probe(&application, aws, &stack)?;
    assert!(calls > 50, "{calls} calls");
    assert_eq!(disagreements, Vec::<String>::new());
    // A role that lost an action is noticed.
    let mut template = application.template.source.clone();
    let statements = "/Resources/FnRole/Properties/Policies/0/PolicyDocument/Statement";
    let statements = template
        .pointer_mut(statements)
        .and_then(|s| s.as_array_mut());
    statements.into_iter().flatten().for_each(|statement| {
        if let Some(actions) = statement["Action"].as_array_mut() {
            actions.retain(|action| action != "dynamodb:PutItem");
        }
    });
    let mut stack = stack;
    let changed = stack.update(&template, &parameters)?;
    assert_eq!(changed.get("FnRole").map(String::as_str), Some("Modify"));
    let (_, disagreements) = privilege::probe(&application, aws, &stack)?;
    assert_eq!(
        disagreements,
        [
            "work: dynamodb:PutItem on table:TABLE: manifest Allowed, emulator Denied, evaluator Denied"
        ]
    );
    stack.delete()
}
