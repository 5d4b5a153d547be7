//! Functions that only the linker puts into a list.

use aws_sdk_sqs::{Client, Config};
use linkme::distributed_slice;

#[distributed_slice]
static COMMANDS: [fn(&Client) -> bool];

#[distributed_slice(COMMANDS)]
static PURGE: fn(&Client) -> bool = |client| run(client.purge_queue().send());

#[distributed_slice(COMMANDS)]
static LIST: fn(&Client) -> bool = |client| run(client.list_queues().send());

fn run<T, E>(request: impl Future<Output = Result<T, E>>) -> bool {
    futures::executor::block_on(request).is_ok()
}

fn main() {
    let client = Client::from_conf(Config::builder().behavior_version_latest().build());
    for command in COMMANDS {
        command(&client);
    }
}
