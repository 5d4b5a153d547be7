//! What a basket costs.

use ifc_runtime::prelude::*;

use crate::model::Line;
use crate::resources::TAX_RATE;

/// What to price.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PriceRequest {
    pub lines: Vec<Line>,
}

/// The price, tax included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    pub total_cents: u64,
}

/// Prices a basket at today's tax rate.
pub async fn price(request: &PriceRequest) -> Result<Price> {
    let rate = TAX_RATE.get().await?;
    Ok(with_tax(net(&request.lines), rate))
}

fn net(lines: &[Line]) -> u64 {
    lines
        .iter()
        .map(|line| u64::from(line.quantity) * line.unit_cents)
        .sum()
}

fn with_tax(net_cents: u64, tenths_of_percent: u64) -> Price {
    Price {
        total_cents: net_cents + net_cents * tenths_of_percent / 1000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds_tax_to_the_sum_of_the_lines() {
        let lines = [
            Line {
                article: "tea".into(),
                quantity: 2,
                unit_cents: 500,
            },
            Line {
                article: "cup".into(),
                quantity: 1,
                unit_cents: 1000,
            },
        ];
        assert_eq!(with_tax(net(&lines), 190), Price { total_cents: 2380 });
    }
}
