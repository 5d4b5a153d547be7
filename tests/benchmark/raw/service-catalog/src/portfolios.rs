//! Portfolios and their products.

use anyhow::Result;
use aws_sdk_servicecatalog::Client;
use serde::Serialize;

#[derive(Serialize)]
pub struct Portfolio {
    pub id: String,
    pub name: String,
    pub products: Vec<String>,
}

pub trait PortfolioExt {
    async fn portfolios(&self) -> Result<Vec<Portfolio>>;
    async fn with_products(&self, portfolio: Portfolio) -> Result<Portfolio>;
}

impl PortfolioExt for Client {
    async fn portfolios(&self) -> Result<Vec<Portfolio>> {
        let mut pages = self.list_portfolios().into_paginator().page_size(20).send();
        let mut portfolios = Vec::new();
        while let Some(page) = pages.next().await {
            for detail in page?.portfolio_details() {
                portfolios.push(Portfolio {
                    id: detail.id().unwrap_or_default().to_owned(),
                    name: detail.display_name().unwrap_or_default().to_owned(),
                    products: Vec::new(),
                });
            }
        }
        Ok(portfolios)
    }

    /// A portfolio whose products cannot be read is listed without them.
    async fn with_products(&self, mut portfolio: Portfolio) -> Result<Portfolio> {
        let search = self.search_products_as_admin().portfolio_id(&portfolio.id);
        match search.send().await {
            Ok(found) => {
                let views = found.product_view_details();
                let names = views
                    .iter()
                    .filter_map(|view| view.product_view_summary()?.name());
                portfolio.products = names.map(str::to_owned).collect();
            }
            Err(error) => {
                tracing::warn!(portfolio = %portfolio.id, %error, "products cannot be read");
            }
        }
        Ok(portfolio)
    }
}
