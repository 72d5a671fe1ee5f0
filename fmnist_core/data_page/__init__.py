"""The Data page: browse the images, see their classes as statistics and as a map"""
