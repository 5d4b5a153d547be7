//! ARNs as templates and documents have them, from those of policies.

use std::collections::BTreeMap;

/// Variables of the environment that say where a function runs; Lambda sets the first two itself,
/// and nobody can set them to anything else.
const REGION: &[&str] = &["${env:AWS_REGION}", "${env:AWS_DEFAULT_REGION}"];
const ACCOUNT: &[&str] = &["${env:AWS_ACCOUNT_ID}"];

/// `arns`: those behind symbolic resources.
pub(super) fn spelled_out(resource: &str, arns: &BTreeMap<String, String>) -> String {
    placed(&symbolic(resource, arns).unwrap_or_else(|| resource.to_owned()))
}

/// `table:ORDERS/index/by_day` is a part of `table:ORDERS`.
fn symbolic(resource: &str, arns: &BTreeMap<String, String>) -> Option<String> {
    let (symbol, below) = match resource.split_once('/') {
        Some((symbol, below)) => (symbol, Some(below)),
        None => (resource, None),
    };
    let arn = arns.get(symbol)?;
    Some(match below {
        // The label of a stream does not say which one.
        Some("stream") => format!("{arn}/stream/*"),
        Some(below) => format!("{arn}/{below}"),
        None => arn.clone(),
    })
}

/// Region and account of an ARN that are the function's own, as the deployment knows them.
fn placed(arn: &str) -> String {
    let Some(fields) = fields(arn) else {
        return arn.to_owned();
    };
    let [partition, service, region, account, rest] = fields;
    let region = match REGION.contains(&region) {
        true => "${AWS::Region}",
        false => region,
    };
    let account = match ACCOUNT.contains(&account) {
        true => "${AWS::AccountId}",
        false => account,
    };
    format!("arn:{partition}:{service}:{region}:{account}:{rest}")
}

/// What stands between the colons of an ARN; those within `${..}` are none.
fn fields(arn: &str) -> Option<[&str; 5]> {
    let mut rest = arn.strip_prefix("arn:")?;
    let mut fields = [""; 5];
    for field in &mut fields[..4] {
        let mut depth = 0_u32;
        let end = rest.find(|c| {
            match c {
                '{' => depth += 1,
                '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            c == ':' && depth == 0
        })?;
        (*field, rest) = (&rest[..end], &rest[end + 1..]);
    }
    fields[4] = rest;
    Some(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_functions_own_region_and_account_are_those_of_the_deployment() {
        let spelled = |arn| spelled_out(arn, &BTreeMap::new());
        let own = "arn:aws:sns:${env:AWS_REGION}:${env:AWS_ACCOUNT_ID}:news-${env:STAGE}";
        assert_eq!(
            spelled(own),
            "arn:aws:sns:${AWS::Region}:${AWS::AccountId}:news-${env:STAGE}"
        );
        for same in [
            "arn:${AWS::Partition}:s3:::logs-${env:AWS_REGION}/*",
            "arn:aws:sns:${env:OTHER_REGION}:${env:OTHER_ACCOUNT}:news",
            "arn:aws",
            "*",
        ] {
            assert_eq!(spelled(same), same);
        }
    }

    #[test]
    fn symbolic_resources_have_the_arn_that_their_variable_says() {
        let arns = BTreeMap::from([
            (
                "table:ORDERS".to_owned(),
                "arn:t/${env:IFC_ORDERS}".to_owned(),
            ),
            ("table:ORDERS_OLD".to_owned(), "arn:aws:old".to_owned()),
        ]);
        let spelled = |resource| spelled_out(resource, &arns);
        assert_eq!(spelled("table:ORDERS"), "arn:t/${env:IFC_ORDERS}");
        assert_eq!(spelled("table:ORDERS_OLD"), "arn:aws:old");
        assert_eq!(
            spelled("table:ORDERS/index/a"),
            "arn:t/${env:IFC_ORDERS}/index/a"
        );
        assert_eq!(
            spelled("table:ORDERS/stream"),
            "arn:t/${env:IFC_ORDERS}/stream/*"
        );
    }
}
