
        import { DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
        const { Table } = await new DynamoDBClient().send(new DescribeTableCommand({ TableName: "stores-seats" }));
        console.log(Table.TableArn);