//go:build azure

package media

import _ "gocloud.dev/blob/azureblob" // containers of Azure: azblob://container
