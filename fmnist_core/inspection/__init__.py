"""What happens inside a model: its steps, their weights, attention and arithmetic"""
