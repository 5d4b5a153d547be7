//! What functions may do is what is written by hand from their code, exactly: in the manifest, in
//! the roles of the template and in the files with the policies.

use std::collections::BTreeSet;

use anyhow::Result;
use ifc_tests::application::Application;
use ifc_tests::examples::{compiled, reference};
use ifc_tests::grants::{self, Grant, differences};
use ifc_tests::template::list;
use serde_json::Value;

/// Every function of every application that is compiled, by `check`.
fn every(check: impl Fn(&Application, &str) -> Result<Vec<String>>) -> Result<()> {
    let mut wrong = Vec::new();
    let mut functions = 0;
    for application in compiled()? {
        for function in application.functions() {
            functions += 1;
            wrong.extend(check(&application, function)?);
        }
    }
    assert!(functions > 0);
    assert_eq!(wrong, Vec::<String>::new(), "{functions} functions");
    Ok(())
}

#[test]
fn something_is_written_about_every_function_and_nothing_else() -> Result<()> {
    let mut packages = BTreeSet::from(["reference".to_owned()]);
    for application in compiled()? {
        assert_eq!(application.grants.functions(), application.functions());
        packages.extend(application.manifest["package"].as_str().map(str::to_owned));
    }
    assert_eq!(grants::packages()?, packages);
    Ok(())
}

#[test]
fn manifests_grant_what_is_written() -> Result<()> {
    every(|application, function| {
        let wanted: BTreeSet<Grant> = application.grants.of(function).cloned().collect();
        let found = grants::in_manifest(application, function);
        Ok(differences(function, &wanted, &found))
    })
}

#[test]
fn roles_allow_what_is_written() -> Result<()> {
    every(|application, function| {
        let wanted = grants::by_arn(application, function)?;
        let role = application.role_id(function)?;
        let found = grants::in_template(&application.template, &role)?;
        Ok(differences(function, &wanted, &found))
    })
}

#[test]
fn files_with_policies_allow_what_is_written() -> Result<()> {
    every(|application, function| {
        let wanted = grants::by_arn(application, function)?;
        let file = application.folder.join(format!("policies/{function}.json"));
        let mut policy = ifc_tests::read_json(&file)?;
        for statement in policy["Statement"].as_array_mut().into_iter().flatten() {
            let resources = list(&statement["Resource"]).into_iter();
            let filled: Vec<String> = resources
                .map(|resource| {
                    application
                        .template
                        .spell_out(resource.as_str().unwrap_or("?"))
                })
                .collect();
            statement["Resource"] = filled.into();
        }
        let found = grants::in_policy(&policy)?;
        Ok(differences(function, &wanted, &found))
    })
}

/// The comparison itself, with a template that somebody changed.
#[test]
fn a_grant_too_few_or_too_many_is_noticed() -> Result<()> {
    let application = reference()?;
    let role = application.role_id("notice")?;
    let wanted = grants::in_template(&application.template, &role)?;
    let statements = format!("/Resources/{role}/Properties/Policies/0/PolicyDocument/Statement");
    let mut source = application.template.source().clone();
    let statements = source.pointer_mut(&statements);
    for statement in statements
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
    {
        if statement["Action"] == "sns:Publish" {
            statement["Action"] = "sns:Subscribe".into();
        }
        if statement["Action"] == "events:PutEvents" {
            statement["Condition"]["StringEquals"]["events:source"] = "shop".into();
        }
    }
    let found = grants::in_template(&application.template.with_source(source), &role)?;
    let bus = "arn:aws:events:us-east-1:123456789012:event-bus/";
    let topic = "arn:aws:sns:us-east-1:123456789012:";
    let mut lines = differences("notice", &wanted, &found);
    for line in &mut lines {
        *line = line.replace(bus, "").replace(topic, "");
    }
    assert_eq!(
        lines,
        [
            "notice lacks events:PutEvents on stack-bus",
            "notice lacks sns:Publish on stack-Topic",
            "notice has besides events:PutEvents on stack-bus when {\"StringEquals\":{\"events:source\":[\"shop\"]}}",
            "notice has besides sns:Subscribe on stack-Topic",
        ]
    );
    Ok(())
}
