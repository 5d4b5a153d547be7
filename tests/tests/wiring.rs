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

#[test]
fn every_permission_is_needed_and_every_guard_guards() -> Result<()> {
    for application in applications()? {
        let mutants = mutate::mutants(&application.template.source).len();
        let survivors = mutate::survivors(&application.template, |template| {
            mutate::questions(&application, template)
        })?;
        assert_eq!(survivors, Vec::<String>::new(), "of {mutants} mutants");
    }
    Ok(())
}
