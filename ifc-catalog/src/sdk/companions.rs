//! Needs without an operation of the SDK in the user's code: libraries that call AWS themselves, tokens
//! that are signed on this machine, extensions behind a local URL. One list to extend.

use super::request::{Member, Part, Request, Value, pattern};
use super::{Condition, Note, Permission, operation};

/// Code outside of the application that needs permissions.
pub struct Companion {
    /// A crate, type or function as code writes it: `deltalake`,
    /// `aws_sdk_rds::auth_token::AuthTokenGenerator::auth_token`. It stands for all below it.
    pub path: &'static str,
    /// What it needs.
    pub needs: &'static [Need],
}

/// Something that is needed.
pub enum Need {
    /// What an operation of the table needs.
    Call {
        /// `secretsmanager`.
        service: &'static str,
        /// `get_secret_value`.
        method: &'static str,
        /// Members of the request, and where they come from. Others are not set.
        members: &'static [(&'static str, Origin)],
    },
    /// An action that no operation stands for, on resources that the code does not name.
    Action {
        /// `rds-db:connect`.
        action: &'static str,
        /// An ARN as a pattern.
        resource: &'static str,
    },
    /// It cannot be known exactly.
    Unknown {
        /// What it does.
        because: &'static str,
        /// Actions that are usual, for the text of a `#[grant]`.
        usual: &'static [&'static str],
    },
}

/// Where the value of a member comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// An argument of the function, counted from 0 without `self`.
    Argument(usize),
    /// A method of the builder that the function returns.
    Setter(&'static str),
}

/// What is known of such a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// It is not set.
    No,
    /// It is one of these; of an empty list nothing is known.
    Values(Vec<Value>),
}

use Origin::{Argument, Setter};

/// What an upload of the transfer manager sends: one request, or parts of one.
const UPLOAD: &[Need] = &[
    call("s3", "put_object", OBJECT_TO_WRITE),
    call("s3", "create_multipart_upload", OBJECT_TO_WRITE),
    call("s3", "upload_part", OBJECT),
    call("s3", "complete_multipart_upload", OBJECT),
    call("s3", "abort_multipart_upload", OBJECT),
];
const OBJECT: &[(&str, Origin)] = &[("bucket", Setter("bucket")), ("key", Setter("key"))];
const OBJECT_TO_WRITE: &[(&str, Origin)] = &[
    ("bucket", Setter("bucket")),
    ("key", Setter("key")),
    ("tagging", Setter("tagging")),
    ("acl", Setter("acl")),
    ("ssekms_key_id", Setter("sse_kms_key_id")),
    ("object_lock_mode", Setter("object_lock_mode")),
    (
        "object_lock_legal_hold_status",
        Setter("object_lock_legal_hold_status"),
    ),
];
/// Keys are made from the names of files.
const BUCKET_OF_OBJECTS: &[(&str, Origin)] = &[("bucket", Setter("bucket"))];

const OBJECTS: &[&str] = &[
    "s3:GetObject",
    "s3:PutObject",
    "s3:DeleteObject",
    "s3:ListBucket",
];
const ITEMS: &[&str] = &[
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
    "dynamodb:DeleteItem",
    "dynamodb:Query",
    "dynamodb:Scan",
];

const fn call(
    service: &'static str,
    method: &'static str,
    members: &'static [(&'static str, Origin)],
) -> Need {
    Need::Call {
        service,
        method,
        members,
    }
}

const BUCKET_OF_RUST_S3: &[Need] = &[Need::Unknown {
    because: "what is done with the bucket is not seen here",
    usual: OBJECTS,
}];

/// All of them, in order of their paths.
pub static COMPANIONS: &[Companion] = &[
    Companion {
        path: "aws_config::sts::AssumeRoleProvider::builder",
        needs: &[call("sts", "assume_role", &[("role_arn", Argument(0))])],
    },
    Companion {
        path: "aws_config::sts::AssumeRoleProviderBuilder::tags",
        needs: &[Need::Action {
            action: "sts:TagSession",
            resource: "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/*",
        }],
    },
    Companion {
        path: "aws_parameters_and_secrets_lambda::Manager::get_parameter",
        needs: &[call("ssm", "get_parameter", &[("name", Argument(0))])],
    },
    // The secret is named by what `Query` makes of it, not by a text.
    Companion {
        path: "aws_parameters_and_secrets_lambda::Manager::get_secret",
        needs: &[call(
            "secretsmanager",
            "get_secret_value",
            &[("secret_id", Argument(0))],
        )],
    },
    Companion {
        path: "aws_sdk_dsql::auth_token::AuthTokenGenerator::db_connect_admin_auth_token",
        needs: &[Need::Action {
            action: "dsql:DbConnectAdmin",
            resource: "arn:${AWS::Partition}:dsql:${AWS::Region}:${AWS::AccountId}:cluster/*",
        }],
    },
    Companion {
        path: "aws_sdk_dsql::auth_token::AuthTokenGenerator::db_connect_auth_token",
        needs: &[Need::Action {
            action: "dsql:DbConnect",
            resource: "arn:${AWS::Partition}:dsql:${AWS::Region}:${AWS::AccountId}:cluster/*",
        }],
    },
    Companion {
        path: "aws_sdk_rds::auth_token::AuthTokenGenerator::auth_token",
        needs: &[Need::Action {
            action: "rds-db:connect",
            resource: "arn:${AWS::Partition}:rds-db:${AWS::Region}:${AWS::AccountId}:dbuser:*/*",
        }],
    },
    Companion {
        path: "aws_sdk_s3_transfer_manager::Client::download",
        needs: &[
            call("s3", "get_object", VERSION_OF_OBJECT),
            call("s3", "head_object", VERSION_OF_OBJECT),
        ],
    },
    Companion {
        path: "aws_sdk_s3_transfer_manager::Client::download_objects",
        needs: &[
            call(
                "s3",
                "list_objects_v2",
                &[
                    ("bucket", Setter("bucket")),
                    ("prefix", Setter("key_prefix")),
                ],
            ),
            call("s3", "get_object", BUCKET_OF_OBJECTS),
        ],
    },
    Companion {
        path: "aws_sdk_s3_transfer_manager::Client::upload",
        needs: UPLOAD,
    },
    Companion {
        path: "aws_sdk_s3_transfer_manager::Client::upload_objects",
        needs: &[
            call("s3", "put_object", BUCKET_OF_OBJECTS),
            call("s3", "create_multipart_upload", BUCKET_OF_OBJECTS),
            call("s3", "abort_multipart_upload", BUCKET_OF_OBJECTS),
        ],
    },
    Companion {
        path: "aws_secretsmanager_caching::SecretsManagerCachingClient::batch_get_secret_value",
        needs: &[Need::Unknown {
            because: "it reads every secret that its request names or its filters find",
            usual: &[
                "secretsmanager:BatchGetSecretValue",
                "secretsmanager:GetSecretValue",
                "secretsmanager:ListSecrets",
            ],
        }],
    },
    // It asks for the version before it reads again.
    Companion {
        path: "aws_secretsmanager_caching::SecretsManagerCachingClient::get_secret_value",
        needs: &[
            call(
                "secretsmanager",
                "get_secret_value",
                &[("secret_id", Argument(0))],
            ),
            call(
                "secretsmanager",
                "describe_secret",
                &[("secret_id", Argument(0))],
            ),
        ],
    },
    Companion {
        path: "aws_sigv4::http_request::sign",
        needs: &[Need::Unknown {
            because: "it signs a request by hand, for any service",
            usual: &[],
        }],
    },
    Companion {
        path: "deltalake",
        needs: &[Need::Unknown {
            because: "it reads and writes the objects of tables, and locks them in DynamoDB if that is configured",
            usual: OBJECTS,
        }],
    },
    Companion {
        path: "deltalake_aws",
        needs: &[Need::Unknown {
            because: "it reads and writes the objects of tables, and locks them in DynamoDB if that is configured",
            usual: OBJECTS,
        }],
    },
    Companion {
        path: "dynomite",
        needs: &[Need::Unknown {
            because: "it works on DynamoDB through Rusoto",
            usual: ITEMS,
        }],
    },
    Companion {
        path: "modyne::model",
        needs: &[Need::Unknown {
            because: "it works on the table that the implementation of `modyne::Table` names",
            usual: ITEMS,
        }],
    },
    Companion {
        path: "object_store::aws::AmazonS3Builder",
        needs: &[Need::Unknown {
            because: "what is done with the store is not seen here",
            usual: OBJECTS,
        }],
    },
    Companion {
        path: "opendal::services::S3",
        needs: &[Need::Unknown {
            because: "what is done with the operator is not seen here",
            usual: OBJECTS,
        }],
    },
    Companion {
        path: "raiden",
        needs: &[Need::Unknown {
            because: "it works on the table that its attribute names",
            usual: ITEMS,
        }],
    },
    Companion {
        path: "s3::Bucket",
        needs: BUCKET_OF_RUST_S3,
    },
    Companion {
        path: "s3::bucket::Bucket",
        needs: BUCKET_OF_RUST_S3,
    },
];

const VERSION_OF_OBJECT: &[(&str, Origin)] = &[
    ("bucket", Setter("bucket")),
    ("key", Setter("key")),
    ("version_id", Setter("version_id")),
];

/// The entry for a path, or for the nearest module, type or crate above it.
pub fn of_path(path: &str) -> Option<&'static Companion> {
    let mut at = path;
    loop {
        let found = COMPANIONS.binary_search_by(|companion| companion.path.cmp(at));
        if let Ok(found) = found {
            return Some(&COMPANIONS[found]);
        }
        at = at.rsplit_once("::")?.0;
    }
}

/// Whether a crate has entries, so that a value of a type of it that is not known is not harmless.
pub fn has_crate(name: &str) -> bool {
    let of_crate = |path: &str| path.split("::").next() == Some(name);
    COMPANIONS.iter().any(|companion| of_crate(companion.path))
}

impl Companion {
    /// What has to be allowed, given the values that the needs ask for.
    pub fn permissions(&self, given: &dyn Fn(Origin) -> Given) -> Vec<Permission> {
        let mut found = Vec::new();
        for need in self.needs {
            match need {
                Need::Call {
                    service,
                    method,
                    members,
                } => {
                    found.extend(of_call(service, method, members, given));
                }
                Need::Action { action, resource } => found.push(Permission {
                    actions: vec![(*action).to_owned()],
                    resources: vec![(*resource).to_owned()],
                    conditions: Vec::<Condition>::new(),
                    notes: vec![Note::Companion],
                }),
                Need::Unknown { .. } => {}
            }
        }
        found.sort();
        found.dedup();
        found
    }

    /// Why the exact needs cannot be known, with the usual actions.
    pub fn unknown(&self) -> Option<(&'static str, &'static [&'static str])> {
        self.needs.iter().find_map(|need| match need {
            Need::Unknown { because, usual } => Some((*because, *usual)),
            Need::Call { .. } | Need::Action { .. } => None,
        })
    }
}

fn of_call(
    service: &str,
    method: &str,
    members: &[(&str, Origin)],
    given: &dyn Fn(Origin) -> Given,
) -> Vec<Permission> {
    let members = members
        .iter()
        .filter_map(|(path, from)| match given(*from) {
            Given::No => None,
            Given::Values(values) => Some(Member {
                path: (*path).to_owned(),
                always: true,
                values,
            }),
        });
    let request = Request::with(members);
    operation(service, method).map_or_else(Vec::new, |operation| operation.permissions(&request))
}

/// What a request to an extension on this machine needs: Parameters and Secrets, AppConfig. None for
/// another URL.
pub fn of_url(url: &[Part]) -> Option<Vec<Permission>> {
    const HOSTS: [&str; 2] = ["http://localhost", "http://127.0.0.1"];
    let text = pattern(url);
    let rest = HOSTS.iter().find_map(|host| text.strip_prefix(host))?;
    let at = rest.find('/')?;
    let (path, query) = rest[at..].split_once("${?}").unwrap_or((&rest[at..], ""));
    let (service, method, member, key) = match path.trim_end_matches('/') {
        "/secretsmanager/get" => (
            "secretsmanager",
            "get_secret_value",
            "secret_id",
            "secretId",
        ),
        "/systemsmanager/parameters/get" => ("ssm", "get_parameter", "name", "name"),
        path if path.starts_with("/applications/") => {
            let calls = ["start_configuration_session", "get_latest_configuration"];
            let found = calls.iter().flat_map(|method| {
                operation("appconfigdata", method)
                    .map_or_else(Vec::new, |found| found.permissions(&Request::unknown()))
            });
            return Some(found.collect());
        }
        _ => return None,
    };
    let named = query
        .split('&')
        .find_map(|pair| pair.strip_prefix(key)?.strip_prefix('='));
    let member = Member {
        path: member.to_owned(),
        always: true,
        values: named.map(parts).into_iter().collect(),
    };
    operation(service, method).map(|operation| operation.permissions(&Request::with([member])))
}

/// A pattern as parts again, without percent-encoding.
fn parts(pattern: &str) -> Value {
    let mut parts = Vec::new();
    let mut rest = pattern;
    while !rest.is_empty() {
        let (part, length) = match (rest.strip_prefix("${env:"), rest.strip_prefix('*')) {
            (Some(name), _) => {
                let end = name.find('}').unwrap_or(name.len());
                (Part::Env(name[..end].to_owned()), end + 7)
            }
            (_, Some(_)) => (Part::Any, 1),
            _ => {
                let end = rest
                    .find(['$', '*'])
                    .filter(|end| *end > 0)
                    .unwrap_or(rest.len());
                (Part::Text(super::phrases::decoded(&rest[..end])), end)
            }
        };
        parts.push(part);
        rest = rest.get(length..).unwrap_or_default();
    }
    parts
}
