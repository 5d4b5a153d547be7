use ifc_runtime::prelude::*;

// As `main!()` with a table that the build script wrote before this handler was there.
pub struct __IfcHandlers;

#[on(schedule("rate(1 day)"))]
async fn sweep() -> Result<()> {
    Ok(())
}

fn main() {}
