//! Lists of objects and versions.

use std::ops::Bound;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::object::{Version, quoted};
use super::store::Bucket;
use super::{Buckets, argument, text};
use crate::error::ApiError;
use crate::{moment, percent};

/// Entries of a page.
const PAGE: u64 = 1000;

/// What a page is to show.
struct Wanted<'i> {
    prefix: &'i str,
    delimiter: &'i str,
    most: usize,
    /// Whether names are percent-encoded in the answer.
    encoded: bool,
}

impl<'i> Wanted<'i> {
    fn read(input: &'i Value) -> Result<Wanted<'i>, ApiError> {
        Ok(Wanted {
            prefix: text(input, "Prefix"),
            delimiter: text(input, "Delimiter"),
            most: most(input, "MaxKeys")?,
            encoded: match text(input, "EncodingType") {
                "" => false,
                "url" => true,
                _ => return Err(argument("Invalid Encoding Method specified in Request")),
            },
        })
    }

    fn shown(&self, name: &str) -> String {
        match self.encoded {
            true => percent::encode(name, "/"),
            false => name.to_owned(),
        }
    }

    /// The start of a key up to the delimiter, which stands for all keys that begin so.
    fn common<'k>(&self, key: &'k str) -> Option<&'k str> {
        let rest = key.strip_prefix(self.prefix)?;
        if self.delimiter.is_empty() {
            return None;
        }
        let at = rest.find(self.delimiter)?;
        Some(&key[..self.prefix.len() + at + self.delimiter.len()])
    }

    /// What both kinds of lists say of the request.
    fn answer(&self, bucket: &Bucket) -> Map<String, Value> {
        let mut output = Map::new();
        output.insert("Name".to_owned(), bucket.name.as_str().into());
        output.insert("Prefix".to_owned(), self.shown(self.prefix).into());
        output.insert("MaxKeys".to_owned(), self.most.into());
        if !self.delimiter.is_empty() {
            output.insert("Delimiter".to_owned(), self.shown(self.delimiter).into());
        }
        if self.encoded {
            output.insert("EncodingType".to_owned(), "url".into());
        }
        output
    }
}

/// The most entries that a request wants.
pub(super) fn most(input: &Value, member: &str) -> Result<usize, ApiError> {
    match &input[member] {
        Value::Null => Ok(PAGE as usize),
        given => match given.as_u64() {
            Some(most) => Ok(most.min(PAGE) as usize),
            None => Err(argument(format!(
                "Argument {member} must be an integer between 0 and 2147483647"
            ))),
        },
    }
}

/// Where a page begins.
enum Place {
    Start,
    /// Behind a key.
    Key(String),
    /// Behind all keys that begin so.
    Common(String),
}

/// A page of keys.
struct Page<'b> {
    objects: Vec<(&'b str, &'b Version)>,
    common: Vec<&'b str>,
    /// Where the next page begins, if there is one.
    next: Option<Place>,
}

/// The first text behind all those that begin so.
fn behind(prefix: &str) -> Option<String> {
    let mut letters = prefix.chars();
    let last = letters.next_back()?;
    let next = (u32::from(last) + 1..=u32::from(char::MAX)).find_map(char::from_u32)?;
    Some(format!("{}{next}", letters.as_str()))
}

impl Bucket {
    /// The keys from a place on, in order.
    fn keys_from(
        &self,
        place: Bound<&str>,
    ) -> std::collections::btree_map::Range<'_, String, Vec<Version>> {
        self.objects.range::<str, _>((place, Bound::Unbounded))
    }

    fn page(&self, wanted: &Wanted<'_>, place: &Place) -> Page<'_> {
        let mut page = Page {
            objects: Vec::new(),
            common: Vec::new(),
            next: None,
        };
        let mut done = match place {
            Place::Common(common) => Some(common.as_str()),
            _ => None,
        };
        let jump;
        let mut keys = match place {
            Place::Key(key) if key.as_str() >= wanted.prefix => {
                self.keys_from(Bound::Excluded(key))
            }
            Place::Common(common) => {
                jump = behind(common);
                match &jump {
                    Some(place) => self.keys_from(Bound::Included(place)),
                    None => self.keys_from(Bound::Included(common)),
                }
            }
            _ => self.keys_from(Bound::Included(wanted.prefix)),
        };
        let mut last = Place::Start;
        while let Some((key, versions)) = keys.next() {
            if !key.starts_with(wanted.prefix) {
                break;
            }
            let Some(version) = versions.last().filter(|version| !version.is_marker()) else {
                continue;
            };
            let common = wanted.common(key);
            if common.is_some() && common == done {
                continue;
            }
            if page.objects.len() + page.common.len() >= wanted.most {
                page.next = (wanted.most > 0).then_some(last);
                break;
            }
            match common {
                Some(common) => {
                    page.common.push(common);
                    last = Place::Common(common.to_owned());
                    done = Some(common);
                    if let Some(place) = behind(common) {
                        keys = self.keys_from(Bound::Included(&place));
                    }
                }
                None => {
                    page.objects.push((key, version));
                    last = Place::Key(key.clone());
                }
            }
        }
        page
    }

    pub(super) fn list_v2(&self, input: &Value) -> Result<Value, ApiError> {
        let wanted = Wanted::read(input)?;
        let place = match (
            input["ContinuationToken"].as_str(),
            text(input, "StartAfter"),
        ) {
            (Some(token), _) => read_token(token)?,
            (None, "") => Place::Start,
            (None, after) => Place::Key(after.to_owned()),
        };
        let page = self.page(&wanted, &place);
        let mut output = wanted.answer(self);
        output.insert(
            "KeyCount".to_owned(),
            (page.objects.len() + page.common.len()).into(),
        );
        for member in ["ContinuationToken", "StartAfter"] {
            if let Some(given) = input[member].as_str() {
                output.insert(member.to_owned(), given.into());
            }
        }
        if let Some(next) = &page.next {
            output.insert("NextContinuationToken".to_owned(), token(next).into());
        }
        let owner = input["FetchOwner"] == true;
        finish(&mut output, &wanted, &page, owner);
        Ok(output.into())
    }

    pub(super) fn list_v1(&self, input: &Value) -> Result<Value, ApiError> {
        let wanted = Wanted::read(input)?;
        let marker = text(input, "Marker");
        let place = match marker {
            "" => Place::Start,
            // A marker may be what a page before gave for the keys that begin so.
            marker if wanted.common(marker) == Some(marker) => Place::Common(marker.to_owned()),
            marker => Place::Key(marker.to_owned()),
        };
        let page = self.page(&wanted, &place);
        let mut output = wanted.answer(self);
        output.insert("Marker".to_owned(), wanted.shown(marker).into());
        // Without a delimiter the last key of the page is the marker of the next.
        if let (Some(Place::Key(next) | Place::Common(next)), false) =
            (&page.next, wanted.delimiter.is_empty())
        {
            output.insert("NextMarker".to_owned(), wanted.shown(next).into());
        }
        finish(&mut output, &wanted, &page, true);
        Ok(output.into())
    }

    pub(super) fn list_versions(&self, input: &Value) -> Result<Value, ApiError> {
        let wanted = Wanted::read(input)?;
        let (after, after_id) = (text(input, "KeyMarker"), text(input, "VersionIdMarker"));
        if !after_id.is_empty() && after.is_empty() {
            return Err(argument(
                "A version-id marker cannot be specified without a key marker.",
            ));
        }
        let start = after.max(wanted.prefix);
        let (mut versions, mut markers, mut common) = (Vec::new(), Vec::new(), Vec::<&str>::new());
        let mut last = (String::new(), String::new());
        let mut is_truncated = false;
        let entries = self
            .keys_from(Bound::Included(start))
            .take_while(|(key, _)| key.starts_with(wanted.prefix))
            .flat_map(|(key, all)| all.iter().rev().enumerate().map(move |entry| (key, entry)));
        let mut waiting = !after_id.is_empty();
        for (key, (at, version)) in entries {
            if key == after {
                // With an id, what follows that version.
                if waiting && version.id == after_id {
                    waiting = false;
                    continue;
                }
                if waiting || after_id.is_empty() {
                    continue;
                }
            }
            let group = wanted.common(key);
            if group.is_some_and(|group| group <= after || common.last() == Some(&group)) {
                continue;
            }
            if versions.len() + markers.len() + common.len() >= wanted.most {
                is_truncated = wanted.most > 0;
                break;
            }
            if let Some(group) = group {
                common.push(group);
                last = (group.to_owned(), String::new());
                continue;
            }
            last = (key.clone(), version.id.clone());
            let mut shown = json!({
                "Key": wanted.shown(key),
                "VersionId": version.id,
                "IsLatest": at == 0,
                "LastModified": version.modified(),
                "Owner": owner(),
            });
            match &version.object {
                Some(object) => {
                    shown["ETag"] = quoted(&object.etag).into();
                    shown["Size"] = object.size().into();
                    shown["StorageClass"] = object.about.storage_class().into();
                    versions.push(shown);
                }
                None => markers.push(shown),
            }
        }
        let mut output = wanted.answer(self);
        output.insert("KeyMarker".to_owned(), wanted.shown(after).into());
        output.insert("IsTruncated".to_owned(), is_truncated.into());
        if is_truncated {
            output.insert("NextKeyMarker".to_owned(), wanted.shown(&last.0).into());
            if !last.1.is_empty() {
                output.insert("NextVersionIdMarker".to_owned(), last.1.into());
            }
        }
        for (member, entries) in [("Versions", versions), ("DeleteMarkers", markers)] {
            if !entries.is_empty() {
                output.insert(member.to_owned(), entries.into());
            }
        }
        show_common(&mut output, &wanted, &common);
        Ok(output.into())
    }
}

fn owner() -> Value {
    json!({ "ID": crate::ACCOUNT })
}

fn show_common(output: &mut Map<String, Value>, wanted: &Wanted<'_>, common: &[&str]) {
    if !common.is_empty() {
        let common = common
            .iter()
            .map(|prefix| json!({ "Prefix": wanted.shown(prefix) }));
        output.insert("CommonPrefixes".to_owned(), common.collect());
    }
}

fn finish(output: &mut Map<String, Value>, wanted: &Wanted<'_>, page: &Page<'_>, with_owner: bool) {
    output.insert("IsTruncated".to_owned(), page.next.is_some().into());
    let objects = page.objects.iter().filter_map(|(key, version)| {
        let object = version.object.as_ref()?;
        let mut shown = json!({
            "Key": wanted.shown(key),
            "LastModified": version.modified(),
            "ETag": quoted(&object.etag),
            "ChecksumAlgorithm": [object.checksum.algorithm.name()],
            "ChecksumType": object.checksum.kind(),
            "Size": object.size(),
            "StorageClass": object.about.storage_class(),
        });
        if with_owner {
            shown["Owner"] = owner();
        }
        Some(shown)
    });
    let objects: Vec<Value> = objects.collect();
    if !objects.is_empty() {
        output.insert("Contents".to_owned(), objects.into());
    }
    show_common(output, wanted, &page.common);
}

/// A place, for the client to give back.
fn token(place: &Place) -> String {
    URL_SAFE_NO_PAD.encode(match place {
        Place::Start => String::new(),
        Place::Key(key) => format!("k{key}"),
        Place::Common(common) => format!("p{common}"),
    })
}

fn read_token(token: &str) -> Result<Place, ApiError> {
    let wrong = || argument("The continuation token provided is incorrect");
    let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| wrong())?;
    let text = String::from_utf8(bytes).map_err(|_| wrong())?;
    match text.split_at_checked(1) {
        Some(("k", key)) => Ok(Place::Key(key.to_owned())),
        Some(("p", common)) => Ok(Place::Common(common.to_owned())),
        _ => Err(wrong()),
    }
}

impl Buckets {
    pub(super) fn list_buckets(&self) -> Value {
        let shown = self.buckets.values().map(|bucket| {
            json!({
                "Name": bucket.name,
                "BucketArn": bucket.arn(),
                "BucketRegion": crate::REGION,
                "CreationDate": moment::iso(bucket.created),
            })
        });
        json!({ "Buckets": shown.collect::<Vec<_>>(), "Owner": owner() })
    }
}
