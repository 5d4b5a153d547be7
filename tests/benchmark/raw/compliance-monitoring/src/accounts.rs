//! The accounts of the organization, or this one alone outside of an organization.

use anyhow::Result;
use serde::Serialize;

use crate::Context;

#[derive(Serialize)]
pub struct Account {
    account_id: String,
    account_name: String,
    status: String,
    joined_method: String,
}

pub async fn collect(context: &Context) -> Result<Vec<Account>> {
    let mut pages = context
        .organizations
        .list_accounts()
        .into_paginator()
        .send();
    let mut accounts = Vec::new();
    while let Some(page) = pages.next().await {
        let page = match page {
            Ok(page) => page,
            Err(error) => {
                let reason = error.into_service_error();
                let alone = reason.is_aws_organizations_not_in_use_exception()
                    || reason.is_access_denied_exception();
                return if alone {
                    Ok(vec![own(context).await?])
                } else {
                    Err(reason.into())
                };
            }
        };
        accounts.extend(page.accounts().iter().map(|account| {
            Account {
                account_id: account.id().unwrap_or_default().to_owned(),
                account_name: account.name().unwrap_or_default().to_owned(),
                status: account
                    .state()
                    .map(|state| state.as_str())
                    .unwrap_or_default()
                    .to_owned(),
                joined_method: account
                    .joined_method()
                    .map(|method| method.as_str())
                    .unwrap_or_default()
                    .to_owned(),
            }
        }));
    }
    Ok(accounts)
}

async fn own(context: &Context) -> Result<Account> {
    let identity = context.sts.get_caller_identity().send().await?;
    Ok(Account {
        account_id: identity.account.unwrap_or_default(),
        account_name: "Current account".to_owned(),
        status: "ACTIVE".to_owned(),
        joined_method: "CREATED".to_owned(),
    })
}
