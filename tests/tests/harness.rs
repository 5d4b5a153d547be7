//! The checks of the harness themselves: they accept a template that is right, and notice every
//! mistake planted into it.

use std::path::Path;

use anyhow::Result;
use ifc_tests::template::Template;
use ifc_tests::{mutate, simulate, wiring};

fn reference() -> Result<Template> {
    Template::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/reference.json"))
}

#[test]
fn a_right_template_is_accepted() -> Result<()> {
    let wiring = wiring::wiring(&reference()?);
    assert_eq!(wiring.faults, Vec::<String>::new());
    assert_eq!(
        simulate::surprises(&wiring.questions)?,
        Vec::<String>::new()
    );
    Ok(())
}

#[test]
fn every_planted_mistake_is_noticed() -> Result<()> {
    let template = reference()?;
    assert!(mutate::mutants(&template.source).len() > 50);
    assert_eq!(
        mutate::survivors(&template, wiring::wiring)?,
        Vec::<String>::new()
    );
    Ok(())
}
