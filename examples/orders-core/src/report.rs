//! The nightly report.

use ifc_runtime::prelude::*;

use crate::model::{Order, Status};
use crate::resources::{FILES, ORDERS};

/// Counts all orders and stores the result as `reports/<day>.csv`.
pub async fn write(day: &str) -> Result<String> {
    let orders = ORDERS.scan().all().await?;
    let key = format!("reports/{day}.csv");
    FILES.put(&key, summarise(&orders)).await?;
    Ok(key)
}

fn summarise(orders: &[Order]) -> String {
    let mut csv = String::from("status,orders,cents\n");
    for (name, status) in [
        ("placed", Status::Placed),
        ("paid", Status::Paid),
        ("shipped", Status::Shipped),
        ("cancelled", Status::Cancelled),
    ] {
        let matching = orders.iter().filter(|order| order.status == status);
        let (count, cents) =
            matching.fold((0, 0), |(n, sum), order| (n + 1, sum + order.total_cents));
        csv.push_str(&format!("{name},{count},{cents}\n"));
    }
    csv
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_by_status() {
        let order = |status, total_cents| Order {
            id: "1".into(),
            customer: "ada".into(),
            placed_at: 0,
            lines: Vec::new(),
            total_cents,
            status,
        };
        let csv = summarise(&[order(Status::Paid, 5), order(Status::Paid, 7)]);
        assert_eq!(
            csv,
            "status,orders,cents\nplaced,0,0\npaid,2,12\nshipped,0,0\ncancelled,0,0\n"
        );
    }
}
