/** Names of the operations of streams; who only asks for them loads no database. */
export const STREAM_OPERATIONS = ["ListStreams", "DescribeStream", "GetShardIterator", "GetRecords"];

/** No operations of AWS: the local DynamoDB answers them to the operator alone. */
export const READ_POSITION = "ReadPosition";
export const KEEP_POSITION = "KeepPosition";
