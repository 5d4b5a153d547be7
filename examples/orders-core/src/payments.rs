//! Collecting the money.

use ifc_runtime::prelude::*;

use crate::model::{Charge, Order, OrderEvent, Status};
use crate::resources::{CHARGES, EVENTS, PAYMENT_KEY};
use crate::store;

/// Whoever moves the money.
pub trait Gateway: Sync {
    /// Charges a customer. True if the provider accepts.
    fn charge(&self, key: &str, charge: &Charge) -> bool;
}

/// Accepts every amount below a limit.
pub struct Prepaid {
    pub limit_cents: u64,
}

impl Gateway for Prepaid {
    fn charge(&self, key: &str, charge: &Charge) -> bool {
        !key.is_empty() && charge.amount_cents <= self.limit_cents
    }
}

/// Asks for a charge, one after the other per customer.
pub async fn request(order: &Order) -> Result<()> {
    let charge = Charge {
        order: order.id.clone(),
        customer: order.customer.clone(),
        amount_cents: order.total_cents,
    };
    CHARGES.send_in(&order.customer, &charge).await?;
    Ok(())
}

/// Makes a charge and says so.
pub async fn collect(gateway: &dyn Gateway, charge: &Charge) -> Result<()> {
    let key = PAYMENT_KEY.get().await?;
    if !gateway.charge(&key, charge) {
        return Err("the charge was refused".into());
    }
    store::advance(&charge.order, Status::Paid).await?;
    let paid = OrderEvent::Paid {
        order: charge.order.clone(),
        amount_cents: charge.amount_cents,
    };
    EVENTS.publish(&paid).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_is_above_the_limit() {
        let gateway = Prepaid { limit_cents: 100 };
        let charge = |amount_cents| Charge {
            order: "1".into(),
            customer: "ada".into(),
            amount_cents,
        };
        assert!(gateway.charge("key", &charge(100)));
        assert!(!gateway.charge("key", &charge(101)));
    }
}
