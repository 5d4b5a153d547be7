//! Every delivery of every template has the permissions that AWS asks for, every role has what its
//! function needs and nothing else, and no template has a permission that nothing needs.

use anyhow::Result;
use ifc_tests::application::Application;
use ifc_tests::examples::applications;
use ifc_tests::template::Template;
use ifc_tests::{mutate, simulate};

/// The template as it is in each stage that its conditions know.
fn stages(application: &Application) -> Vec<Template> {
    let stages = ["dev", "prod"];
    stages
        .map(|stage| application.template.clone().with("Stage", stage))
        .into()
}

#[test]
fn permissions_are_there_and_no_others() -> Result<()> {
    for application in applications()? {
        for template in stages(&application) {
            let wiring = mutate::questions(&application, &template)?;
            assert_eq!(wiring.faults, Vec::<String>::new());
            assert_eq!(
                simulate::surprises(&wiring.questions)?,
                Vec::<String>::new()
            );
        }
    }
    Ok(())
}

/// Nothing is a sample: what is taken away one by one is everything that the templates emit.
#[test]
#[expect(clippy::print_stdout, reason = "the numbers are part of the proof")]
fn every_permission_is_needed_and_every_guard_guards() -> Result<()> {
    for application in applications()? {
        let template = &application.template;
        let mutants = mutate::mutants(template.source());
        let counts = mutate::counts(&mutants);
        let package = &application.manifest["package"];
        println!("{package}: taken away one by one: {counts:?}");
        for (what, emitted) in mutate::emitted(template.source()) {
            let mutants = counts.get(what).copied().unwrap_or_default();
            assert_eq!(mutants, emitted, "{package}: {what}");
        }
        let survivors = mutate::survivors(template, mutants, |template| {
            mutate::questions(&application, template)
        })?;
        assert_eq!(survivors, Vec::<String>::new(), "{package}: {counts:?}");
    }
    Ok(())
}
