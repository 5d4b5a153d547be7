//! The audit trail: what happened to orders, kept for ninety days.

use ifc_runtime::prelude::*;

use crate::model::AuditEntry;
use crate::resources::AUDIT;

const KEPT_SECONDS: u64 = 90 * 24 * 60 * 60;

/// Writes entries into a table, which tests replace.
pub struct Trail {
    table: &'static Table<AuditEntry>,
}

impl Trail {
    /// The shop's own trail.
    pub fn new() -> Self {
        Trail { table: &AUDIT }
    }

    /// Adds an entry. The same sequence twice is one entry.
    pub async fn add(&self, order: &str, sequence: &str, what: &str, now: u64) -> Result<()> {
        self.table
            .put(&AuditEntry {
                order: order.to_owned(),
                sequence: sequence.to_owned(),
                what: what.to_owned(),
                expires_at: now + KEPT_SECONDS,
            })
            .await?;
        Ok(())
    }

    /// All entries of an order, oldest first.
    pub async fn of_order(&self, order: &str) -> Result<Vec<AuditEntry>> {
        Ok(self.table.query(order).all().await?)
    }
}

impl Default for Trail {
    fn default() -> Self {
        Self::new()
    }
}
