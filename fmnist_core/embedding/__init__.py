"""Images as points: their features, nearest neighbors, and maps in two dimensions"""
