//! Customer-managed keys of buckets: where some call of the program writes objects with a key, the
//! calls that read objects of that bucket need it too, though they do not name it.

use std::collections::{BTreeMap, BTreeSet};

use ifc_catalog::sdk::{self as table, Member, Request, Value};

use crate::flow::SdkUse;

/// Tells the calls that name no key which keys their buckets have.
pub(in crate::flow) fn share(uses: &mut [SdkUse]) {
    let mut of_buckets: BTreeMap<Value, BTreeSet<Value>> = BTreeMap::new();
    for (request, member) in uses
        .iter()
        .filter_map(|one| Some((&one.request, key_member(one)?)))
    {
        for bucket in values(request, "bucket") {
            let keys = of_buckets.entry(bucket.clone()).or_default();
            keys.extend(values(request, member).cloned());
        }
    }
    if of_buckets.is_empty() {
        return;
    }
    for one in uses.iter_mut().filter(|one| reads(one)) {
        let buckets = values(&one.request, "bucket").filter_map(|bucket| of_buckets.get(bucket));
        let keys: BTreeSet<Value> = buckets.flatten().cloned().collect();
        one.request.keys.extend(keys);
    }
}

fn key_member(one: &SdkUse) -> Option<&'static str> {
    let operation = table::operation(one.service.as_str(), one.operation.as_str())?;
    operation
        .key_member()
        .filter(|_| one.service.as_str() == "s3")
}

fn reads(one: &SdkUse) -> bool {
    let operation = table::operation(one.service.as_str(), one.operation.as_str());
    one.service.as_str() == "s3"
        && operation.is_some_and(|found| found.uses_keys() && found.key_member().is_none())
}

fn values<'a>(request: &'a Request, path: &'a str) -> impl Iterator<Item = &'a Value> {
    let named = move |member: &&Member| member.path == path;
    request
        .members
        .iter()
        .filter(named)
        .flat_map(|member| &member.values)
}
